// The entry of a term appears below it, or above it where there is no room. Runs in the page's head.
document.addEventListener("click", (event) => {
  const term = event.target.closest?.(".term");
  if (event.target.closest?.(".entry button")) event.target.closest(".entry").hidePopover();
  if (!term) return;
  const entry = document.getElementById(term.getAttribute("popovertarget"));
  const { left, top, bottom } = term.getBoundingClientRect();
  const isLow = bottom > 0.6 * innerHeight;
  entry.style.left = `${Math.max(8, Math.min(left, innerWidth - 368))}px`;
  entry.style.top = isLow ? "auto" : `${bottom + 6}px`;
  entry.style.bottom = isLow ? `${innerHeight - top + 6}px` : "auto";
}, true);
