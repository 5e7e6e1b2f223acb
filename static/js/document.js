// The page of something that is made in the background: asks how far it is, says so, and loads anew when it is done.

const job = document.querySelector('[data-job]')
const bar = job?.querySelector('progress')
const words = job?.querySelector('[data-job-words]')
const EVERY = 2000
const NOT_DONE = ['waiting', 'working']

async function look() {
  if (!document.hidden) {
    try {
      const answer = await fetch(job.dataset.job, { cache: 'no-store', redirect: 'manual' })
      if (answer.type === 'opaqueredirect' || [401, 403, 404].includes(answer.status)) return // signed out
      if (answer.ok) {
        const { state, progress } = await answer.json()
        if (!NOT_DONE.includes(state)) return location.reload()
        say(state === 'working' ? `${progress} per cent done.` : '', progress)
      }
    } catch {
      // The next round asks again.
    }
  }
  setTimeout(look, EVERY)
}

function say(said, progress) {
  bar.value = progress
  if (words.textContent !== said) words.textContent = said
}

if (job) setTimeout(look, EVERY)
