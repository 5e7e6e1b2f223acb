// New alerts on open pages: asks every 1.5 seconds while the page is seen, says what is new without moving what one
// reads, and counts in the title. The words come from the server and hold no names.

const place = document.getElementById('live-alerts')
const BASE = 1500
const LONGEST = 60000
const MOST_SHOWN = 3

if (place && place.dataset.alertsUrl) {
  const list = place.querySelector('[data-alerts-list]')
  const region = (name, live) => {
    const made = document.createElement('div')
    made.dataset[name] = ''
    if (live) made.setAttribute('aria-live', live)
    list.before(made)
    return made
  }
  const known = region('alertsKnown') // shown before on another page: visible, not read out again
  const polite = region('alertsPolite', 'polite')
  const title = document.title
  const shown = new Map() // id → element
  const closed = new Set()
  let state = ''
  let delay = BASE
  let timer = 0
  let asking = false
  let over = false
  let warning = null

  const plan = (wait) => {
    clearTimeout(timer)
    if (!over && !document.hidden) timer = setTimeout(ask, wait)
  }

  async function ask() {
    if (asking || over) return
    asking = true
    try {
      const address = new URL(place.dataset.alertsUrl, location.href)
      if (state) address.searchParams.set('after', state)
      const answer = await fetch(address, {
        cache: 'no-store',
        credentials: 'same-origin',
        redirect: 'manual',
        signal: AbortSignal.timeout(10000),
      })
      if (answer.status === 200) show(await answer.json())
      else if (answer.type === 'opaqueredirect' || [401, 403, 404].includes(answer.status)) over = true // signed out
      else if (answer.status !== 204) throw new Error('no answer')
      delay = BASE
    } catch {
      delay = Math.min(delay * 2, LONGEST)
    } finally {
      asking = false
      plan(delay)
    }
  }

  function show(answer) {
    state = answer.state
    document.title = answer.alerts.length ? `(${answer.count}) ${title}` : title
    const waiting = new Set(answer.alerts.map((alert) => alert.id))
    for (const [id, element] of shown) {
      if (!waiting.has(id)) remove(id, element)
    }
    const news = []
    for (const alert of [...answer.alerts].reverse()) {
      if (shown.has(alert.id) || closed.has(alert.id) || (alert.seen && !alert.urgent)) continue
      const element = line(alert)
      shown.set(alert.id, element)
      const region = alert.seen ? known : alert.urgent ? list : polite
      region.append(element)
      if (!alert.seen) news.push(alert.id)
    }
    // However many wait, a few lines are enough to say so: the newest stay.
    const lines = [...shown]
    for (const [id, element] of lines.slice(0, Math.max(0, lines.length - MOST_SHOWN))) element.hidden = true
    for (const [, element] of lines.slice(-MOST_SHOWN)) element.hidden = false
    warn(answer.warning)
    makeRoom()
    if (news.length) tellSeen(news)
  }

  function line(alert) {
    const element = document.createElement('div')
    element.className = alert.urgent ? 'app-alert app-alert--urgent' : 'app-alert'
    const words = document.createElement('span')
    words.textContent = `${alert.urgent ? 'Urgent. ' : ''}${alert.line} (${alert.at})`
    const link = document.createElement('a')
    link.className = 'govuk-link'
    link.href = alert.url
    link.textContent = 'Open it'
    const close = document.createElement('button')
    close.type = 'button'
    close.className = 'app-alert__close'
    close.textContent = 'Close'
    close.setAttribute('aria-label', 'Close this message')
    close.addEventListener('click', () => {
      closed.add(alert.id)
      remove(alert.id, element)
      makeRoom()
    })
    element.append(words, link, close)
    return element
  }

  function remove(id, element) {
    shown.delete(id)
    element.remove()
  }

  function warn(words) {
    if ((warning ? warning.textContent : '') === words) return
    if (warning) warning.remove()
    warning = null
    if (!words) return
    warning = document.createElement('div')
    warning.className = 'app-alert'
    warning.textContent = words
    polite.append(warning)
  }

  // The messages lie over the page, so that nothing moves; what is focused must not end up beneath them.
  function makeRoom() {
    const box = place.getBoundingClientRect()
    const covered = innerHeight - box.top
    document.documentElement.style.setProperty('--app-alerts', `${Math.ceil(box.height)}px`)
    document.documentElement.style.scrollPaddingBottom = box.height ? `${Math.ceil(covered) + 16}px` : ''
  }

  async function tellSeen(ids) {
    const token = document.querySelector('input[name="csrfmiddlewaretoken"]')
    if (!token || document.hidden) return
    const body = new URLSearchParams({ csrfmiddlewaretoken: token.value })
    for (const id of ids) body.append('id', id)
    try {
      await fetch(new URL(place.dataset.alertsUrl, location.href), {
        method: 'POST',
        body,
        credentials: 'same-origin',
        redirect: 'manual',
      })
    } catch {
      // It only says that the lines were on screen. They are shown again on the next page.
    }
  }

  document.addEventListener('visibilitychange', () => (document.hidden ? clearTimeout(timer) : plan(0)))
  addEventListener('pageshow', (event) => event.persisted && plan(0))
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !place.contains(document.activeElement)) return
    for (const [id, element] of [...shown]) {
      closed.add(id)
      remove(id, element)
    }
    makeRoom()
  })
  plan(0)
}
