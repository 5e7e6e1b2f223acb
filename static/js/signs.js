// The signs of a kind open beside its tick box, fetched when somebody asks for them. Without this file the same link
// opens them in a new tab, and what was typed stays in this one.

let number = 0
for (const link of document.querySelectorAll('a[data-signs]')) {
  const button = document.createElement('button')
  const hidden = link.querySelector('.govuk-visually-hidden')
  const part = document.createElement('div')
  button.type = 'button'
  button.className = link.className
  button.setAttribute('aria-expanded', 'false')
  part.className = 'signs'
  part.hidden = true
  part.id = `signs-${(number += 1)}`
  button.setAttribute('aria-controls', part.id)
  button.append('Signs', Object.assign(document.createElement('span'), {
    className: hidden.className,
    textContent: hidden.textContent.replace(/ \(.*\)$/, ''),
  }))
  button.addEventListener('click', async () => {
    if (!part.firstChild) {
      try {
        const answer = await fetch(link.href, { headers: { 'X-Part': 'signs' }, redirect: 'error' })
        if (!answer.ok) throw new Error(String(answer.status))
        const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
        part.replaceChildren(...[...page.body.children].map((each) => document.importNode(each, true)))
      } catch {
        window.open(link.href, '_blank', 'noopener')
        return
      }
    }
    part.hidden = !part.hidden
    button.setAttribute('aria-expanded', String(!part.hidden))
  })
  link.replaceWith(button)
  button.after(part)
}
