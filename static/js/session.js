// Warns two minutes before the session ends, so that nobody is signed out in mid-sentence; one key goes on.
// The server alone decides when a session ends. This page only knows when it last heard that the person was active.

const dialog = document.getElementById('session-warning')
const countdown = dialog.querySelector('[data-session-countdown]')
const stay = dialog.querySelector('[data-session-extend]')
const idle = Number(dialog.dataset.idleSeconds) * 1000
const warning = Number(dialog.dataset.warningSeconds) * 1000
const latest = Date.parse(dialog.dataset.endsAt)
const otherPages = 'BroadcastChannel' in window ? new BroadcastChannel('lps-session') : null

let lastUsed = Date.now()
let said = ''

const end = () => Math.min(lastUsed + idle, latest)

function used (at, fromHere = true) {
  if (at <= lastUsed) return
  lastUsed = at
  if (fromHere && otherPages) otherPages.postMessage(at)
  if (dialog.open && end() - Date.now() > warning) dialog.close()
}

if (otherPages) {
  otherPages.postMessage(lastUsed)
  otherPages.addEventListener('message', (event) => used(Number(event.data), false))
}

// A draft saved or a part of the page fetched counts as use on the server, so it does here. What a page asks for by
// itself (new alerts, new rows) keeps no session alive.
if ('PerformanceObserver' in window) {
  const byItself = [...document.querySelectorAll('[data-alerts-url], [data-queue-new]')]
    .map((place) => new URL(place.dataset.alertsUrl || place.dataset.queueNew, location.href).pathname)
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (!['fetch', 'xmlhttprequest'].includes(entry.initiatorType)) continue
      const address = new URL(entry.name)
      if (address.origin === location.origin && !byItself.includes(address.pathname)) {
        used(performance.timeOrigin + entry.startTime)
      }
    }
  }).observe({ type: 'resource' })
}

function words (left) {
  if (left > 90000) return 'In about 2 minutes, because nothing has happened for a while.'
  if (left > 30000) return 'In about 1 minute.'
  return 'In less than half a minute.'
}

async function extend () {
  const body = new URLSearchParams({
    csrfmiddlewaretoken: document.querySelector('[name=csrfmiddlewaretoken]').value
  })
  const asked = Date.now()
  try {
    const answer = await fetch(dialog.dataset.extendUrl, { method: 'POST', body, redirect: 'manual' })
    if (answer.ok) {
      used(asked)
      dialog.close()
    } else {
      leave()
    }
  } catch {
    countdown.textContent = 'The connection is down. Press the button again.'
  }
}

// The server sends this page to the sign-in page, and from there back here.
function leave () {
  location.replace(location.pathname)
}

stay.addEventListener('click', extend)
dialog.addEventListener('cancel', (event) => {
  event.preventDefault()
  extend()
})

function look () {
  const left = end() - Date.now()
  if (left <= 0) {
    leave()
    return
  }
  if (left <= warning) {
    if (!dialog.open) {
      said = ''
      dialog.showModal()
      stay.focus()
    }
    const now = latest - Date.now() <= left ? `${words(left).split(',')[0].replace(/\.$/, '')}: 12 hours have passed. Save what you are doing.` : words(left)
    if (now !== said) countdown.textContent = said = now
  }
}

setInterval(look, 1000)
// A computer that slept has missed the seconds.
document.addEventListener('visibilitychange', look)
