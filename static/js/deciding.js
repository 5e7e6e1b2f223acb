// The decision form: what a finding proposes is ticked with its reason, details of a referral open where it is chosen,
// follow-ups get another row. Without this file everything works with one more press of a button.

const form = document.querySelector('[data-decision]')
if (form) {
  document.body.classList.add('js-enabled')
  const rules = JSON.parse(document.getElementById('proposals').textContent)
  const said = form.querySelector('[data-proposals]')
  const options = [...form.querySelectorAll('input[name="options"]')]
  const notReferred = form.querySelector('[data-not-referred]')
  const referrals = form.querySelector('[data-referrals]')
  const template = form.querySelector('[data-referral-template]')
  const byHand = new Set(form.hasAttribute('data-typed') ? options.map((o) => o.value) : [])
  const byProposal = new Set()

  const label = (option) => form.querySelector(`label[for="${option.id}"]`).textContent.trim()
  const finding = () => form.querySelector('input[name="harm_seen"]:checked')?.value
  const kinds = () => new Set([...form.querySelectorAll('input[name="kinds"]:checked')].map((box) => box.value))
  // The same as concerns/proposals.py: of two rules with the same option the first that fits counts.
  const proposed = () => {
    const found = finding()
    const ticked = kinds()
    const first = new Map()
    for (const rule of found ? rules : []) {
      if (rule.findings.length && !rule.findings.includes(found)) continue
      if (rule.kinds.length && !rule.kinds.some((kind) => ticked.has(kind))) continue
      if (!first.has(rule.option)) first.set(rule.option, rule)
    }
    return [...first.values()]
  }

  const fill = (source, from, to) => {
    const copy = source.content.cloneNode(true)
    for (const element of copy.querySelectorAll('*')) {
      for (const attribute of [...element.attributes]) {
        if (attribute.value.includes(from)) element.setAttribute(attribute.name, attribute.value.replaceAll(from, to))
      }
    }
    return copy
  }

  // Details of a referral: open while its option is chosen; what was typed stays when it is unticked and ticked again.
  const details = (section) => {
    const yes = section.querySelector('input[name$="-made"][value="yes"]')
    const inner = section.querySelector('[data-referral-details]')
    inner.hidden = !yes.checked
    for (const control of inner.querySelectorAll('input, textarea')) control.disabled = !yes.checked
  }
  const section = (option) => {
    let found = referrals.querySelector(`[data-referral="${option.value}"]`)
    if (!found && option.checked) {
      const copy = fill(template, 'AGENCY', option.value)
      copy.querySelector('legend').textContent = `Referral: ${label(option)}`
      referrals.append(copy)
      found = referrals.querySelector(`[data-referral="${option.value}"]`)
    }
    if (!found) return
    found.hidden = !option.checked
    found.disabled = !option.checked
    if (option.checked) details(found)
  }
  const isReferral = new Set(JSON.parse(referrals.dataset.agencies))

  const reasons = () => {
    const chosen = new Set(options.filter((o) => o.checked).map((o) => o.value))
    const leftOut = proposed().some((p) => p.reason && !chosen.has(p.option))
    const box = notReferred.querySelector('textarea')
    notReferred.hidden = !leftOut && !box.value && !notReferred.querySelector('.govuk-error-message')
  }
  const show = () => {
    said.replaceChildren(
      ...proposed().map((each) => {
        const line = document.createElement('p')
        line.className = 'proposed__line'
        const option = options.find((o) => o.value === each.option)
        const strong = document.createElement('strong')
        strong.textContent = label(option)
        line.append(strong, `: ${each.because}`)
        return line
      })
    )
  }
  const preselect = () => {
    const wanted = new Set(proposed().map((p) => p.option))
    for (const option of options) {
      if (byHand.has(option.value)) continue
      if (wanted.has(option.value) && !option.checked) {
        option.checked = true
        byProposal.add(option.value)
      } else if (!wanted.has(option.value) && byProposal.delete(option.value)) {
        option.checked = false
      }
      if (isReferral.has(option.value)) section(option)
    }
  }

  // Where the family may be the danger, "not told, it would be a greater risk" is chosen unless somebody has answered.
  const dangerInTheFamily = ['fgm', 'forced_marriage', 'honour_based']
  const keepFromFamily = () => {
    const ticked = kinds()
    if (!dangerInTheFamily.some((kind) => ticked.has(kind))) return
    if (form.querySelector('input[name="parents_informed"]:checked')) return
    for (const [name, value] of [['parents_informed', 'no'], ['parents_reason', 'greater_risk']]) {
      const choice = form.querySelector(`input[name="${name}"][value="${value}"]`)
      choice.checked = true
      choice.dispatchEvent(new Event('change', { bubbles: true }))
    }
  }

  form.addEventListener('change', (event) => {
    if (event.target.name === 'kinds') keepFromFamily()
    const { target } = event
    if (target.name === 'harm_seen' || target.name === 'kinds') {
      preselect()
      show()
    } else if (target.name === 'options') {
      byHand.add(target.value)
      byProposal.delete(target.value)
      if (isReferral.has(target.value)) section(target)
    } else if (target.name.endsWith('-made')) {
      details(target.closest('[data-referral]'))
    }
    reasons()
  })

  for (const option of options) if (isReferral.has(option.value)) section(option)
  show()
  reasons()

  // Another follow-up without leaving the page.
  const rows = form.querySelector('[data-follow-ups]')
  const more = form.querySelector('button[value="follow_up"]')
  const count = form.querySelector('[data-count]')
  const most = Number(rows.dataset.most)
  more?.addEventListener('click', (event) => {
    event.preventDefault()
    const number = Number(count.value)
    if (number >= most) return
    const copy = fill(form.querySelector('[data-follow-up-template]'), 'INDEX', String(number))
    copy.querySelector('legend').textContent = `Follow-up ${number + 1}`
    rows.append(copy)
    count.value = String(number + 1)
    rows.lastElementChild.querySelector('textarea').focus()
    if (number + 1 >= most) more.hidden = true
  })
}
