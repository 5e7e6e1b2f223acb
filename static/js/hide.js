// Quick hide. Three presses of Shift, or the Hide button, blank the page at once and lock the session.
//
// A plain script rather than a module, because it must work before anything else has loaded.
// In order: blank the page; mark the hide in a cookie, so that whatever request comes next locks the session; let the
// draft save itself (`lps:hide`, whose listeners may put promises into event.detail.waitFor); tell the server; go to
// the neutral page in place of this one, so that Back does not lead here. Other open pages of this browser follow.
(() => {
  const root = document.documentElement
  root.classList.add('app-js', 'govuk-frontend-supported')

  const NEUTRAL = '/hide'
  const presses = []
  const channel = 'BroadcastChannel' in window ? new BroadcastChannel('lps-hide') : null
  let hidden = false

  const form = () => document.querySelector('form[data-hide]')

  function blank () {
    root.classList.add('app-hidden')
    document.title = 'Page'
  }

  async function lockOnServer () {
    const token = form().querySelector('[name=csrfmiddlewaretoken]').value
    const answer = await fetch(NEUTRAL, {
      method: 'POST',
      keepalive: true,
      credentials: 'same-origin',
      headers: { 'X-CSRFToken': token }
    })
    // 403: the token is out of date because of a sign-in in another tab. The cookie has locked the session all the same.
    if (!answer.ok && answer.status !== 401 && answer.status !== 403) throw new Error(String(answer.status))
  }

  async function hide (fromAnotherPage) {
    if (hidden || !form()) return
    hidden = true
    blank()
    document.cookie = `lps_hide=1; path=/; SameSite=Strict${location.protocol === 'https:' ? '; Secure' : ''}`
    if (!fromAnotherPage && channel) channel.postMessage('hide')
    const waitFor = []
    document.dispatchEvent(new CustomEvent('lps:hide', { detail: { waitFor } }))
    await Promise.race([Promise.allSettled(waitFor), new Promise((resolve) => setTimeout(resolve, 1500))])
    // Without a connection the page stays blank, and we go on trying until the lock is real.
    for (let pause = 500; ; pause = Math.min(pause * 2, 8000)) {
      try {
        await lockOnServer()
        break
      } catch {
        await new Promise((resolve) => setTimeout(resolve, pause))
      }
    }
    location.replace(NEUTRAL)
  }

  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Shift') {
      presses.length = 0
      return
    }
    if (event.repeat) return
    presses.push(event.timeStamp)
    if (presses.length > 3) presses.shift()
    if (presses.length === 3 && presses[2] - presses[0] < 1500) hide(false)
  }, true)

  document.addEventListener('submit', (event) => {
    if (!event.target.matches('form[data-hide]')) return
    event.preventDefault()
    hide(false)
  }, true)

  if (channel) channel.addEventListener('message', () => hide(true))

  // What the browser keeps for Back is kept blank, and asked for again from the server before it is shown.
  addEventListener('pagehide', () => root.classList.add('app-hidden'))
  addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload()
    else if (!hidden) root.classList.remove('app-hidden')
  })
})()
