// The progress of an import, without a reload. Without this file the page is the same, and a link asks again.
const job = document.querySelector("[data-progress-url]");
const words = document.querySelector("[data-progress-words]");
const bar = document.querySelector("[data-progress-bar]");

async function look() {
  let state;
  try {
    const answer = await fetch(job.dataset.progressUrl, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    state = await answer.json();
  } catch {
    window.setTimeout(look, 5000);
    return;
  }
  if (!state.under_way) {
    window.location.reload();
    return;
  }
  const now = `${state.done} of ${state.total} rows done.`;
  if (!words.textContent.includes(now)) {
    words.textContent = `${state.done ? "Under way." : "Waiting to begin."} ${now}`;
    bar.value = state.done;
  }
  window.setTimeout(look, 1000);
}

if (job) window.setTimeout(look, 1000);
