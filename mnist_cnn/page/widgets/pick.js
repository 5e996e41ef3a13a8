// A click on what can be picked goes to the server: the element's data-pick, or the cell of a picture
// with data-grid="rows columns". Runs once; what the server puts into the element later counts too.
let picked = null, isNew = false;

element.addEventListener("click", (event) => {
  const grid = event.target.closest("[data-grid]");
  picked = event.target.closest("[data-pick]")?.dataset.pick ?? null;
  if (picked === null && grid) {
    const [rows, columns] = grid.dataset.grid.split(" ").map(Number);
    const box = grid.getBoundingClientRect();
    const cell = (at, size, count) => Math.min(count - 1, Math.max(0, Math.floor((at / size) * count)));
    const row = cell(event.clientY - box.top, box.height, rows);
    picked = `${row} ${cell(event.clientX - box.left, box.width, columns)}`;
  }
  isNew = picked !== null;
  if (isNew) trigger("click", { pick: picked });
});

// What a pick changes elsewhere, as data-changes says, is brought into sight.
// New content takes the focus away from what was picked: give it back to whoever uses the keyboard.
watch("value", () => {
  const changed = document.getElementById(element.querySelector("[data-changes]")?.dataset.changes);
  if (isNew && changed) changed.scrollIntoView();
  isNew = false;
  if (document.activeElement !== document.body || picked === null) return;
  element.querySelector(`[data-pick="${CSS.escape(picked)}"]`)?.focus({ preventScroll: true });
});
