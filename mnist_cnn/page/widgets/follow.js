// While its room is open, what another digit on the table changes is filled anew, and what another
// network of the learner's own does. Runs once, when Gradio puts it on the page (element, trigger);
// head.js says when the digit changes, own.js when the network does.
let shown = onTable();

function onTable() {
  return document.querySelector("#head [data-digit]")?.dataset.digit;
}

document.addEventListener("digit", () => {
  if (onTable() === shown) return;
  shown = onTable();
  if (element.offsetParent) trigger("input");
});

document.addEventListener("own", () => element.offsetParent && trigger("input"));