// Saving what is typed, while it is typed. On the server only; nothing is kept in the browser's storage.
//
// A form takes part by its attributes:
//   data-draft-url="/…"   where to POST the form's fields (all but files and passwords), as the form itself would send them
//   data-draft-id="…"     optional: the draft's id, sent as `draft`; filled in from the first answer
// The page holds an element with [data-draft-state] (components/draft_state.html) for what is said about it.
//
// The answer to a save is JSON: {"saved_at": "10:42", "draft": "<id>"}.
//   401, 403, or a redirect to the sign-in page: the sign-in has ended. The typing stays; a link opens the sign-in in a
//   new tab, and saving goes on by itself after it.
//   anything else but 2xx, or no answer: "Not saved: no connection; we keep trying", again after 2, 4, 8 … 30 seconds.
// Saves happen 1.5 seconds after the last key, but no later than 3 seconds after the first that is not saved yet, at most
// every 3 seconds, when the page is left (keepalive), and before a quick hide. So a page that dies in mid-sentence takes
// less than 5 seconds of typing with it (CON-18). The view behind the address carries the decorator `web.hide.saves_drafts`.

const QUIET = 1500
const LATEST = 3000
const LEAST_APART = 3000
const LONGEST_PAUSE = 30000
const KEEPALIVE_LIMIT = 60000

class Draft {
  constructor (form) {
    this.form = form
    this.state = document.querySelector('[data-draft-state]')
    this.saved = this.content()
    this.lastTry = 0
    this.unsavedSince = 0
    this.pause = 0
    this.timer = null
    this.running = null
    this.sent = false

    form.addEventListener('input', () => this.plan(QUIET))
    form.addEventListener('change', () => this.plan(QUIET))
    form.addEventListener('submit', (event) => {
      if (event.defaultPrevented) return
      this.sent = true
      clearTimeout(this.timer)
    })
    addEventListener('pagehide', () => this.leave())
    addEventListener('pageshow', () => { this.sent = false })
    addEventListener('online', () => this.plan(0))
    addEventListener('focus', () => this.plan(0))
    document.addEventListener('visibilitychange', () => { if (document.hidden) this.leave() })
    document.addEventListener('lps:hide', (event) => event.detail.waitFor.push(this.save()))
  }

  content () {
    const fields = new FormData(this.form)
    for (const [name, value] of [...fields]) {
      const control = this.form.elements[name]
      if (value instanceof File || (control && control.type === 'password') || name === 'csrfmiddlewaretoken') fields.delete(name)
    }
    return new URLSearchParams(fields).toString()
  }

  plan (delay) {
    if (this.sent || this.content() === this.saved) return
    clearTimeout(this.timer)
    const now = Date.now()
    this.unsavedSince ||= now
    const atTheLatest = this.unsavedSince + LATEST - now
    const tooSoon = this.lastTry + LEAST_APART - now
    this.timer = setTimeout(() => this.save(), Math.max(Math.min(delay, atTheLatest), tooSoon, this.pause))
  }

  leave () {
    if (!this.sent && this.content() !== this.saved) this.save(true)
  }

  async save (leaving = false) {
    clearTimeout(this.timer)
    if (this.running && !leaving) await this.running
    const content = this.content()
    if (this.sent || content === this.saved) return
    this.lastTry = Date.now()
    this.unsavedSince = 0
    this.running = this.send(content, leaving)
    await this.running
    this.running = null
  }

  async send (content, leaving) {
    const body = new URLSearchParams(content)
    if (this.form.dataset.draftId) body.set('draft', this.form.dataset.draftId)
    const token = this.form.querySelector('[name=csrfmiddlewaretoken]')
    try {
      const answer = await fetch(this.form.dataset.draftUrl, {
        method: 'POST',
        body,
        credentials: 'same-origin',
        redirect: 'manual',
        keepalive: leaving && body.toString().length < KEEPALIVE_LIMIT,
        headers: { Accept: 'application/json', 'X-CSRFToken': token ? token.value : '' }
      })
      if (answer.status === 401 || answer.status === 403 || answer.type === 'opaqueredirect') {
        this.signedOut()
        return
      }
      if (!answer.ok) throw new Error(String(answer.status))
      const { saved_at: savedAt, draft } = await answer.json()
      this.saved = content
      this.pause = 0
      if (draft) {
        this.form.dataset.draftId = draft
        const field = this.form.elements.draft
        if (field) field.value = draft
      }
      this.say(`Saved ${savedAt}`, 'saved')
      if (this.content() !== content) this.plan(QUIET)
    } catch {
      this.pause = Math.min(Math.max(this.pause * 2, 2000), LONGEST_PAUSE)
      this.say('Not saved: no connection; we keep trying', 'waiting')
      this.plan(this.pause)
    }
  }

  signedOut () {
    this.pause = LONGEST_PAUSE
    this.say('Not saved: your sign-in has ended. What you typed is still here. ', 'waiting')
    if (this.state && !this.state.querySelector('a')) {
      const link = document.createElement('a')
      link.className = 'govuk-link'
      link.href = this.state.dataset.signInUrl || '/'
      link.target = '_blank'
      link.textContent = 'Sign in (opens in a new tab), then come back here'
      this.state.append(link)
    }
    this.plan(this.pause)
  }

  say (text, kind) {
    if (!this.state || (this.state.dataset.kind === kind && this.state.textContent === text)) return
    if (kind === 'waiting' && this.state.dataset.kind === kind && this.state.textContent.startsWith(text)) return
    this.state.dataset.kind = kind
    this.state.textContent = text
  }
}

for (const form of document.querySelectorAll('form[data-draft-url]')) new Draft(form)
