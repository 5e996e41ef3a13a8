// The kernel: nine numbers to edit, each on a ground that shows its sign and its weight. Runs once,
// when Gradio puts it on the page (element, props, trigger, watch). The value is three rows of three
// numbers, or a word where the two filters of ".both" are at work.
const cells = [...element.querySelectorAll("input")];

function shade() {
  const strongest = Math.max(...cells.map((cell) => Math.abs(cell.value))) || 1;
  for (const cell of cells) {
    cell.dataset.sign = Math.sign(cell.value);
    cell.style.setProperty("--share", Math.abs(cell.value) / strongest);
  }
}

function show() {
  const editable = Array.isArray(props.value);
  element.querySelector(".kernel").hidden = !editable;
  element.querySelector(".both").hidden = editable;
  if (!editable) return;
  props.value.flat().forEach((weight, place) => {
    // What is being typed stays as it is: "1." is 1 already.
    if (cells[place].value === "" || Number(cells[place].value) !== weight) cells[place].value = weight;
  });
  shade();
}

element.addEventListener("input", () => {
  shade();
  if (cells.some((cell) => cell.value === "" || !cell.validity.valid)) return; // on its way
  props.value = [0, 3, 6].map((row) => cells.slice(row, row + 3).map((cell) => Number(cell.value)));
  trigger("input");
});

element.addEventListener("change", show); // what was left empty, or too large, is the last number again
watch("value", show);
show();
