// What every page does once it has loaded: start the design system's components where the page has any, open the
// questions that belong to a choice, open and close the menu on small screens, take a form once however often its button
// is pressed, and date the print-out.

const body = document.body

if (document.querySelector('[data-module^="govuk-"]')) {
  try {
    const { initAll } = await import(body.dataset.govukJs)
    body.classList.add('js-enabled', 'govuk-frontend-supported')
    initAll()
  } catch {
    // Without the components every question must stay open to see.
    document.documentElement.classList.remove('govuk-frontend-supported')
    body.classList.remove('govuk-frontend-supported')
  }
}

// A choice with data-opens="id" shows that element while it is chosen. Our own, because the design system puts
// aria-expanded on radios, which assistive technology does not know there.
function showWhatIsChosen () {
  for (const choice of document.querySelectorAll('[data-opens]')) {
    const opened = document.getElementById(choice.dataset.opens)
    const kind = choice.type === 'radio' ? 'radios' : 'checkboxes'
    if (opened) opened.classList.toggle(`govuk-${kind}__conditional--hidden`, !choice.checked)
  }
}
showWhatIsChosen()
document.addEventListener('change', showWhatIsChosen)
addEventListener('pageshow', showWhatIsChosen)
document.addEventListener('htmx:load', showWhatIsChosen)

// A link that looks like a button is pressed with the space bar, too.
document.addEventListener('keydown', (event) => {
  if (event.key !== ' ' || !event.target.matches('a[role=button]')) return
  event.preventDefault()
  event.target.click()
})

// What lies over the foot of the screen (a telephone's bar, live alerts) must not cover what has the focus.
document.addEventListener('focusin', (event) => {
  const over = [...document.querySelectorAll('.app-nav__main, #live-alerts')]
    .filter((each) => getComputedStyle(each).position === 'fixed' && each.getBoundingClientRect().height)
  if (!over.length || over.some((each) => each.contains(event.target))) return
  requestAnimationFrame(() => {
    const box = event.target.getBoundingClientRect()
    const room = Math.min(...over.map((each) => each.getBoundingClientRect().top)) - 12
    if (box.bottom > room) scrollBy(0, Math.min(box.bottom - room, Math.max(box.top - 12, 0)))
  })
})

const menu = document.querySelector('[data-menu]')
if (menu) {
  const list = document.getElementById(menu.getAttribute('aria-controls'))
  menu.hidden = false
  menu.addEventListener('click', () => {
    const open = menu.getAttribute('aria-expanded') !== 'true'
    menu.setAttribute('aria-expanded', String(open))
    list.classList.toggle('app-nav__more--open', open)
  })
}

// Our own sentences are better than the browser's bubbles.
for (const form of document.forms) form.noValidate = true

// A form goes once. The server takes the same submission only once as well; this spares the person the doubt.
document.addEventListener('submit', (event) => {
  const form = event.target
  if (event.defaultPrevented || !form.querySelector('[data-once]')) return
  if (form.dataset.sent) {
    event.preventDefault()
    return
  }
  form.dataset.sent = 'yes'
  for (const button of form.querySelectorAll('[data-once]')) button.setAttribute('aria-disabled', 'true')
  // If the browser stays on this page (no connection, a download), the button must work again.
  setTimeout(() => {
    delete form.dataset.sent
    for (const button of form.querySelectorAll('[data-once]')) button.removeAttribute('aria-disabled')
  }, 8000)
})

addEventListener('beforeprint', () => {
  const now = new Date()
  const day = now.toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).replace(',', '')
  const time = now.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
  for (const place of document.querySelectorAll('[data-print-time]')) place.textContent = `${day}, ${time}`
})
