// Shows what works with JavaScript only (passkeys). Without it, it stays hidden and other ways are offered.
for (const hidden of document.querySelectorAll("[data-needs-script]")) {
  hidden.hidden = false;
}
