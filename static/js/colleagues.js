// The names that a box for a colleague suggests, in a school with so many that the page does not carry them: fetched
// once, when somebody first goes to such a box. Without this file the name is typed in full.

const list = document.querySelector('datalist[data-from]')
const fetchNames = async (event) => {
  if (event.target.getAttribute?.('list') !== list.id) return
  document.removeEventListener('focusin', fetchNames)
  const answer = await fetch(list.dataset.from)
  if (!answer.ok) return
  const { labels } = await answer.json()
  list.replaceChildren(...labels.map((label) => Object.assign(document.createElement('option'), { value: label })))
}
if (list) document.addEventListener('focusin', fetchNames)
