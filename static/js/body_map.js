// Placing an injury on the body map. The list of injuries is the form; the drawing only fills it in: a region has a few
// named spots, a click or a touch takes the nearest one, and the list offers the same. Nothing else is sent.
//
// <details data-body-map="/static/…svg"> holds the list; the drawing is fetched when it is opened. Without an answer, and
// without a script, the list is there and takes everything.
//
// By keyboard: Tab to the drawing, arrow keys from region to region, Enter or the space bar marks the middle of it.

const SVG = 'http://www.w3.org/2000/svg'
const GROUPS = { front: 'Front', back: 'Back', 'left-side': 'Left side', 'right-side': 'Right side', head: 'Head', hands: 'Hands', feet: 'Feet' }
const DESCRIBED = ['kind', 'size_mm', 'about', 'colour', 'words']

const element = (name, attributes = {}, space = null) => {
  const made = space ? document.createElementNS(space, name) : document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  return made
}

class BodyMap {
  constructor (part) {
    this.part = part
    this.form = part.closest('form')
    this.rows = part.querySelector('[data-rows]')
    this.blank = part.querySelector('[data-blank-row]')
    this.place = part.querySelector('[data-drawing]')
    this.said = part.querySelector('[data-map-said]')
    this.regions = new Map()
    this.views = []
    this.fetching = null
    part.addEventListener('toggle', () => this.open())
    this.rows.addEventListener('change', (event) => {
      if (event.target.name.endsWith('-region')) this.offerSpots(this.rowOf(event.target))
      this.show()
    })
    part.addEventListener('click', (event) => {
      const button = event.target.closest('button')
      if (button && button.matches('[data-remove]')) {
        event.preventDefault()
        this.remove(button.closest('[data-row]'))
      } else if (button && button.value === 'injury_add') {
        event.preventDefault()
        const row = this.freeRow() || this.addRow()
        this.box(row, 'region').focus()
      }
    })
    this.form.addEventListener('change', (event) => {
      if (event.target.name === 'came_to_light' && event.target.value === 'saw_injury') part.open = true
    })
    const children = document.getElementById('id_child')
    if (children) new MutationObserver(() => this.nameChildren()).observe(children, { childList: true, subtree: true })
    if (children) children.addEventListener('input', () => this.nameChildren())
    this.nameChildren()
    if (part.open) this.open()
  }

  // --- The drawing --------------------------------------------------------------------------------------------------
  open () {
    if (!this.part.open || this.views.length) return
    this.fetching = this.fetching || fetch(this.part.dataset.bodyMap, { credentials: 'same-origin' })
      .then((answer) => { if (!answer.ok) throw new Error(String(answer.status)); return answer.text() })
      .then((text) => this.draw(new DOMParser().parseFromString(text, 'image/svg+xml')))
      .catch(() => { this.fetching = null }) // the list takes everything; opening it again tries again
  }

  draw (sheet) {
    const tabs = element('div', { class: 'injuries__tabs', role: 'group', 'aria-label': 'Part of the body' })
    const views = element('div', { class: 'injuries__views' })
    const help = element('p', { class: 'injuries__help' })
    help.textContent = 'Touch or click the place. By keyboard: arrow keys, then Enter. Then say in the list what it is.'
    this.here = element('p', { class: 'injuries__here', 'aria-hidden': 'true' })
    const hatch = element('svg', { width: 0, height: 0, 'aria-hidden': 'true', focusable: 'false' }, SVG)
    const pattern = element('pattern', { id: 'body-map-hatch', width: 10, height: 10, patternUnits: 'userSpaceOnUse' }, SVG)
    pattern.append(
      element('rect', { width: 10, height: 10, fill: '#ffffff' }, SVG),
      element('path', { d: 'M0 10L10 0', stroke: '#0b0c0c', 'stroke-width': 1.6 }, SVG)
    )
    hatch.append(pattern)
    for (const found of sheet.querySelectorAll('svg[data-view]')) views.append(this.drawView(found))
    for (const [group, name] of Object.entries(GROUPS)) {
      const tab = element('button', { type: 'button', class: 'injuries__tab', 'data-group': group, 'aria-pressed': 'false' })
      tab.textContent = name
      tab.addEventListener('click', () => this.turnTo(group))
      tabs.append(tab)
    }
    this.place.replaceChildren(hatch, tabs, help, views, this.here)
    this.tabs = [...tabs.children]
    this.place.hidden = false
    this.place.parentElement.classList.add('injuries__both--drawn')
    const first = this.filled()[0]
    const at = first && this.regions.get(this.box(first, 'region').value)
    this.turnTo(at ? at.view.group : 'front')
    for (const row of this.allRows()) this.offerSpots(row)
    this.show()
  }

  drawView (found) {
    const { view: key, name, group } = found.dataset
    const svg = document.importNode(found, true)
    for (const attribute of ['x', 'y', 'width', 'height']) svg.removeAttribute(attribute)
    svg.setAttribute('role', 'group')
    svg.setAttribute('aria-label', `Drawing: ${name}. Left and right are the child’s own`)
    for (const text of svg.querySelectorAll('text')) text.setAttribute('aria-hidden', 'true')
    const badges = element('g', { class: 'body-map__badge', 'aria-hidden': 'true' }, SVG)
    svg.append(badges)
    const figure = element('figure', { class: 'injuries__view', 'data-group': group })
    const caption = element('figcaption')
    caption.textContent = name
    figure.append(caption, svg)
    const view = { key, name, group, svg, figure, badges, regions: [] }
    for (const shape of svg.querySelectorAll('[data-region]')) {
      const spots = shape.dataset.spots.split(';').map((text) => {
        const [spot, x, y] = text.split(' ')
        return { spot, x: Number(x), y: Number(y) }
      })
      const region = { key: shape.dataset.region, name: shape.dataset.name, shape, spots, view }
      shape.setAttribute('role', 'button')
      shape.setAttribute('tabindex', view.regions.length ? '-1' : '0')
      shape.setAttribute('aria-label', region.name)
      view.regions.push(region)
      this.regions.set(region.key, region)
    }
    svg.addEventListener('click', (event) => this.clicked(view, event))
    svg.addEventListener('keydown', (event) => this.key(view, event))
    for (const kind of ['focusin', 'pointerover']) {
      svg.addEventListener(kind, (event) => {
        const region = event.target.dataset && this.regions.get(event.target.dataset.region)
        if (region) this.here.textContent = region.name
      })
    }
    this.views.push(view)
    return figure
  }

  turnTo (group) {
    const shown = this.views.filter((view) => view.group === group)
    for (const view of this.views) {
      view.figure.hidden = view.group !== group
      view.figure.classList.toggle('injuries__view--several', shown.length > 1)
    }
    for (const tab of this.tabs) tab.setAttribute('aria-pressed', String(tab.dataset.group === group))
    this.here.textContent = ''
  }

  // --- Marking ------------------------------------------------------------------------------------------------------
  clicked (view, event) {
    const region = this.regions.get(event.target.dataset && event.target.dataset.region)
    if (!region) return
    const from = event.detail === 0 ? null : new DOMPoint(event.clientX, event.clientY).matrixTransform(view.svg.getScreenCTM().inverse())
    this.mark(region, from ? this.nearest(region, from) : 'middle')
  }

  nearest (region, point) {
    const far = (each) => Math.hypot(each.x - point.x, each.y - point.y)
    return region.spots.reduce((best, each) => (far(each) < far(best) ? each : best)).spot
  }

  key (view, event) {
    const region = this.regions.get(event.target.dataset && event.target.dataset.region)
    if (!region) return
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      this.mark(region, 'middle')
      return
    }
    const way = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key]
    const all = view.regions
    let to = null
    if (way) to = this.towards(region, way)
    else if (event.key === 'Home') to = all[0]
    else if (event.key === 'End') to = all[all.length - 1]
    if (!way && !to) return
    event.preventDefault()
    if (to) this.goTo(to)
  }

  // The next region in a direction: the closest one ahead, what lies aside counting double. At the edge nothing.
  towards (region, [dx, dy]) {
    const [from] = region.spots
    let best = null
    let least = Infinity
    for (const other of region.view.regions) {
      const [to] = other.spots
      const ahead = (to.x - from.x) * dx + (to.y - from.y) * dy
      const aside = Math.abs((to.x - from.x) * dy + (to.y - from.y) * dx)
      if (ahead > 2 && aside <= ahead * 2 && ahead + 2 * aside < least) {
        best = other
        least = ahead + 2 * aside
      }
    }
    return best
  }

  goTo (region) {
    for (const each of region.view.regions) each.shape.setAttribute('tabindex', each === region ? '0' : '-1')
    region.shape.focus()
  }

  // A mark that nobody has described yet moves with the next click; any other click makes a new one.
  mark (region, spot) {
    const row = this.freeRow() || this.undescribed() || this.addRow()
    for (const each of region.view.regions) each.shape.setAttribute('tabindex', each === region ? '0' : '-1')
    this.box(row, 'region').value = region.key
    this.offerSpots(row)
    this.box(row, 'spot').value = spot
    this.changed(this.box(row, 'spot'))
    const label = this.box(row, 'spot').selectedOptions[0].textContent
    this.said.textContent = `Injury ${this.numberOf(row)}: ${region.name}, ${label.toLowerCase()}. Now say what it is.`
    for (const each of this.allRows()) each.classList.toggle('injury--now', each === row)
    this.box(row, 'kind').focus()
  }

  // --- The list -----------------------------------------------------------------------------------------------------
  allRows () { return [...this.rows.querySelectorAll('[data-row]')] }

  rowOf (control) { return control.closest('[data-row]') }

  box (row, name) { return row.querySelector(`[name="${row.dataset.row}-${name}"]`) }

  isDescribed (row) { return DESCRIBED.some((name) => this.box(row, name).value.trim()) }

  filled () { return this.allRows().filter((row) => this.box(row, 'region').value || this.isDescribed(row)) }

  numberOf (row) { return this.allRows().indexOf(row) + 1 }

  freeRow () { return this.allRows().find((row) => !this.box(row, 'region').value) }

  undescribed () { return this.allRows().find((row) => !this.isDescribed(row)) }

  addRow () {
    const next = Math.max(-1, ...this.allRows().map((row) => Number(row.dataset.row.split('-')[1]))) + 1
    const holder = document.createElement('template')
    holder.innerHTML = this.blank.innerHTML.replaceAll('INDEX', String(next))
    const row = holder.content.firstElementChild
    this.rows.append(row)
    this.nameChildren()
    this.number()
    return row
  }

  remove (row) {
    const number = this.numberOf(row)
    row.remove()
    if (!this.allRows().length) this.addRow()
    this.number()
    this.show()
    this.said.textContent = `Injury ${number} was taken away.`
    const rows = this.allRows()
    this.box(rows[Math.min(number, rows.length) - 1], 'region').focus()
    this.form.dispatchEvent(new Event('change', { bubbles: true }))
  }

  number () {
    this.allRows().forEach((row, index) => {
      for (const place of row.querySelectorAll('[data-number]')) place.textContent = index + 1
    })
  }

  // Only the spots that this region has.
  offerSpots (row) {
    const region = this.regions.get(this.box(row, 'region').value)
    const select = this.box(row, 'spot')
    for (const option of select.options) {
      const offered = !region || region.spots.some((each) => each.spot === option.value)
      option.hidden = option.disabled = !offered
    }
    if (!select.selectedOptions[0] || select.selectedOptions[0].disabled) select.value = 'middle'
  }

  changed (control) { control.dispatchEvent(new Event('change', { bubbles: true })) }

  // With several children each injury says whose it is.
  nameChildren () {
    const chosen = [...document.querySelectorAll('#child-choices input[name=child]:checked')].map((box) => [box.value, box.labels[0].textContent.trim()])
    const typed = document.getElementById('id_new_child_name')
    if (typed && typed.value.trim()) chosen.push(['unlisted', typed.value.trim()])
    if (!document.getElementById('id_child')) return
    for (const row of this.allRows()) {
      const select = this.box(row, 'whose')
      const before = select.value
      while (select.options.length > 1) select.remove(1)
      for (const [value, name] of chosen) select.add(new Option(name, value))
      select.value = chosen.some(([value]) => value === before) ? before : ''
      row.querySelector('[data-whose]').hidden = chosen.length < 2
    }
  }

  // --- Numbers on the drawing ---------------------------------------------------------------------------------------
  show () {
    const numbers = new Map()
    for (const view of this.views) view.badges.replaceChildren()
    const taken = new Map()
    const counts = {}
    this.filled().forEach((row, index) => {
      const region = this.regions.get(this.box(row, 'region').value)
      if (!region) return
      const spot = region.spots.find((each) => each.spot === this.box(row, 'spot').value) || region.spots[0]
      const at = `${region.view.key} ${spot.x} ${spot.y}`
      const beside = taken.get(at) || 0
      taken.set(at, beside + 1)
      counts[region.view.group] = (counts[region.view.group] || 0) + 1
      numbers.set(region, [...(numbers.get(region) || []), index + 1])
      const x = spot.x + 34 * (beside % 3)
      const y = spot.y + 34 * Math.floor(beside / 3)
      const text = element('text', { x, y: y + 7.5, 'text-anchor': 'middle', 'font-size': 22, 'font-weight': 700, 'font-family': 'sans-serif', fill: '#0b0c0c' }, SVG)
      text.textContent = index + 1
      region.view.badges.append(element('circle', { cx: x, cy: y, r: 17, fill: '#ffffff', stroke: '#0b0c0c', 'stroke-width': 3.5 }, SVG), text)
    })
    for (const region of this.regions.values()) {
      const marked = numbers.get(region)
      region.shape.classList.toggle('body-map__region--marked', Boolean(marked))
      region.shape.setAttribute('aria-label', marked ? `${region.name}, marked with injury ${marked.join(' and ')}` : region.name)
    }
    for (const tab of this.tabs || []) {
      const count = counts[tab.dataset.group]
      tab.textContent = GROUPS[tab.dataset.group] + (count ? ` (${count})` : '')
    }
  }
}

for (const part of document.querySelectorAll('[data-body-map]')) new BodyMap(part)
