// While its room is open, what another digit on the table changes is filled anew. Runs once, when
// Gradio puts it on the page (element, trigger); head.js says when the digit changes.
let shown = onTable();

function onTable() {
  return document.querySelector("#head [data-digit]")?.dataset.digit;
}

document.addEventListener("digit", () => {
  if (onTable() === shown) return;
  shown = onTable();
  if (element.offsetParent) trigger("input");
});
