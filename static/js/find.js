// Finding a person by a typed name, while it is typed. By POST, so that no name stands in any address.
//
// A part of a form takes part by [data-find] with data-find-url; in it [data-find-typed] is the box, [data-find-button]
// the button for browsers without scripts, and [data-find-said] what is said aloud. The answer is HTML whose elements with
// an id replace those of the page with the same id. Choosing one asks again, so that what depends on it is up to date.

const QUIET = 250

class Find {
  constructor (part) {
    this.part = part
    this.form = part.closest('form')
    this.box = part.querySelector('[data-find-typed]')
    this.said = part.querySelector('[data-find-said]')
    this.timer = null
    this.asking = null
    part.querySelector('[data-find-button]').hidden = true
    part.classList.add('app-find--by-script')
    this.box.addEventListener('input', () => {
      clearTimeout(this.timer)
      this.timer = setTimeout(() => this.ask(), QUIET)
    })
    this.box.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter') return
      event.preventDefault()
      this.ask()
    })
    part.addEventListener('change', (event) => {
      if (event.target.type === 'checkbox') {
        if (event.target.checked) this.box.value = ''
        this.ask()
      }
    })
  }

  async ask () {
    clearTimeout(this.timer)
    if (this.asking) this.asking.abort()
    const asking = this.asking = new AbortController()
    const body = new URLSearchParams()
    for (const control of this.part.querySelectorAll('input, select')) {
      if (!['checkbox', 'radio'].includes(control.type) || control.checked) body.append(control.name, control.value)
    }
    for (const control of this.form.querySelectorAll('[name=passed_to]:checked, input[type=hidden][name=form], [name^=part_]')) body.append(control.name, control.value)
    const token = this.form.querySelector('[name=csrfmiddlewaretoken]')
    try {
      const answer = await fetch(this.part.dataset.findUrl, {
        method: 'POST',
        body,
        credentials: 'same-origin',
        redirect: 'manual',
        signal: asking.signal,
        headers: { 'X-CSRFToken': token ? token.value : '', 'HX-Request': 'true' }
      })
      if (!answer.ok) throw new Error(String(answer.status))
      this.show(await answer.text())
    } catch (error) {
      if (error.name === 'AbortError') return
      // Without an answer the button is the way: it sends the form, and the page says what is wrong.
      this.part.querySelector('[data-find-button]').hidden = false
    }
  }

  show (html) {
    const answer = new DOMParser().parseFromString(html, 'text/html')
    const focused = document.activeElement && document.activeElement.id
    for (const part of answer.body.querySelectorAll(':scope > [id]')) {
      const place = document.getElementById(part.id)
      if (place) place.replaceWith(document.importNode(part, true))
    }
    if (focused && document.activeElement.id !== focused) {
      const again = document.getElementById(focused)
      if (again) again.focus()
    }
    const choices = answer.body.querySelector('[data-said]')
    if (choices && this.said.textContent !== choices.dataset.said) this.said.textContent = choices.dataset.said
  }
}

for (const part of document.querySelectorAll('[data-find]')) new Find(part)
