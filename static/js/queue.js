// The queue while it is on the screen: says that something new came in without moving what one reads, and applies the
// filters without a press of the button.

const place = document.querySelector('[data-queue-new]')
const line = place?.querySelector('[data-queue-line]')
const EVERY = 5000

async function ask() {
  if (!document.hidden) {
    try {
      const address = new URL(place.dataset.queueNew, location.href)
      address.searchParams.set('since', place.dataset.since)
      const answer = await fetch(address, { cache: 'no-store', redirect: 'manual' })
      if (answer.type === 'opaqueredirect' || [401, 403, 404].includes(answer.status)) return // signed out
      if (answer.ok) say((await answer.json()).new)
    } catch {
      // The next round asks again.
    }
  }
  setTimeout(ask, EVERY)
}

function say(count) {
  const words = count ? `${count} new: ` : ''
  if (line.dataset.said === words) return
  line.dataset.said = words
  if (!count) return line.replaceChildren()
  const link = document.createElement('a')
  link.className = 'govuk-link'
  link.href = location.href.split('#')[0]
  link.textContent = count === 1 ? 'show it' : 'show them'
  line.replaceChildren(words, link)
}

if (place) setTimeout(ask, EVERY)

const filters = document.querySelector('[data-filters]')
if (filters) {
  const button = filters.querySelector('button')
  button.hidden = true
  // With the keyboard, arrow keys go through the choices: only a click or Enter sends them.
  let byKey = false
  filters.addEventListener('keydown', (event) => {
    byKey = event.key.startsWith('Arrow')
    if (byKey) button.hidden = false
  })
  filters.addEventListener('pointerdown', () => (byKey = false))
  filters.addEventListener('change', () => {
    if (!byKey) filters.requestSubmit()
  })
}
