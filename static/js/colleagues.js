// The names that a box suggests (colleagues in a big school, places and groups), where the page does not carry them:
// fetched once, when somebody first goes to such a box. Without this file the name is typed in full.

const fill = async (list) => {
  const answer = await fetch(list.dataset.from)
  if (!answer.ok) return
  const { labels } = await answer.json()
  list.replaceChildren(...labels.map((label) => Object.assign(document.createElement('option'), { value: label })))
}
const waiting = new Map([...document.querySelectorAll('datalist[data-from]')].map((list) => [list.id, list]))
document.addEventListener('focusin', (event) => {
  const id = event.target.getAttribute?.('list')
  if (!waiting.has(id)) return
  fill(waiting.get(id))
  waiting.delete(id)
})
