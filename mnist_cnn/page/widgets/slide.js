// The filter slides over the picture: where it lies, the nine products there, and their sum. All it
// needs came with the picture, so nothing is asked of the server. Runs once, when Gradio puts it on
// the page (element, props, watch). page.css puts the frames of picture and output where --row and
// --column say, and shows of the output what the filter has come to.
const equation = element.closest("#equation");
const [row, column] = element.querySelectorAll("input");
const [play, step] = element.querySelectorAll("button");
const sums = [...element.querySelectorAll(".sum")];
const { words } = element.querySelector("[data-words]").dataset;
const names = { play: play.textContent, pause: play.dataset.pause };
const still = matchMedia("(prefers-reduced-motion: reduce)");
const SIDE = 3; // of the window
const PACE = 150; // ms at a place
const NEGLIGIBLE = 1e-6; // of the products: what is left where they cancel each other

let place = [Number(row.value), Number(column.value)]; // that was chosen; pointing shows others
let timer = null; // while it slides

const size = () => [props.value.pixels.length, props.value.pixels[0].length].map((side) => side - SIDE + 1);
const nearest = (at) => at.map((value, axis) => Math.min(Math.max(value, 0), size()[axis] - 1));
const number = (value) => String(Number(value.toPrecision(3))).replace("-", "−");

function total(products) {
  const sum = products.reduce((one, other) => one + other);
  const largest = Math.max(...products.map(Math.abs));
  return Math.abs(sum) < NEGLIGIBLE * largest ? 0 : sum;
}

function write(table, values, isSigned = true) {
  const strongest = Math.max(...values.map(Math.abs)) || 1;
  const said = values.map(number);
  table.querySelectorAll("td").forEach((cell, at) => {
    cell.textContent = said[at];
    if (isSigned) cell.dataset.sign = Math.sign(values[at]);
    cell.style.setProperty("--share", Math.abs(values[at]) / strongest);
  });
  const rows = [0, SIDE, 2 * SIDE].map((first) => said.slice(first, first + SIDE).join(", "));
  table.ariaLabel = `${table.querySelector("caption").textContent}: ${rows.join("; ")}`;
}

// The nine products of one kernel; returns their sum.
function takeApart(sum, window, kernel) {
  const products = window.map((pixel, at) => pixel * kernel[at]);
  const [under, weights, multiplied] = sum.querySelectorAll("[role=img]");
  write(under, window, false);
  write(weights, kernel);
  write(multiplied, products);
  sum.querySelector("b").textContent = number(total(products));
  return total(products);
}

function show(at) {
  if (!props.value) return; // the room is not filled yet
  const { pixels, kernels } = props.value;
  const [top, left] = nearest(at);
  const window = pixels.slice(top, top + SIDE).flatMap((line) => line.slice(left, left + SIDE));
  const totals = kernels.map((kernel, which) => takeApart(sums[which], window, kernel.flat()));
  const output = totals.length > 1 ? Math.hypot(...totals) : totals[0];
  for (const part of element.querySelectorAll("[data-two]")) part.hidden = totals.length < 2;
  element.querySelector(".magnitude b").textContent = number(output);

  equation.style.setProperty("--row", top);
  equation.style.setProperty("--column", left);
  [row.value, column.value] = [top, left];
  const [rows, columns] = size();
  [row.max, column.max] = [rows - 1, columns - 1];
  const handle = equation.querySelector(".window");
  if (!handle) return;
  handle.ariaValueNow = top * columns + left;
  handle.ariaValueText = [top, left, number(output)].reduce((text, it) => text.replace("{}", it), words);
}

function keep(at) {
  if (!props.value) return;
  place = nearest(at);
  show(place);
}

// --- Sliding, row by row
function next() {
  const [rows, columns] = size();
  const at = place[0] * columns + place[1] + 1;
  return at < rows * columns ? [Math.floor(at / columns), at % columns] : null;
}

function slide() {
  const isLeft = !element.offsetParent || document.hidden;
  if (isLeft || still.matches || !next()) stop();
  else keep(next());
}

function stop() {
  clearInterval(timer);
  timer = null;
  play.textContent = names.play;
  delete equation.dataset.sliding;
}

play.addEventListener("click", () => {
  if (timer) return stop();
  if (!next()) keep([0, 0]);
  timer = setInterval(slide, PACE);
  play.textContent = names.pause;
  equation.dataset.sliding = "";
});

step.addEventListener("click", () => {
  stop();
  keep(next() ?? [0, 0]);
});

element.addEventListener("input", () => {
  stop();
  keep([Number(row.value), Number(column.value)]);
});

// --- Pointing at the picture or the output: a mouse or a pen shows another place until it leaves,
// and a click, a tap or a finger's way across keeps one.
function under({ target, clientX, clientY }) {
  const picture = target.closest(".scan");
  if (!picture || !props.value) return null;
  const { left, top, width, height } = picture.getBoundingClientRect();
  const cells = ["--rows", "--columns"].map((side) => Number(picture.style.getPropertyValue(side)));
  const at = [(clientY - top) / height, (clientX - left) / width];
  // Of the picture, the middle of the window.
  return at.map((share, axis) => Math.floor(share * cells[axis]) - (cells[axis] - size()[axis]) / 2);
}

equation.addEventListener("pointermove", (event) => {
  const at = under(event);
  if (!at || (timer && !event.buttons)) return;
  stop();
  show(at);
});

equation.addEventListener("pointerup", (event) => {
  const at = under(event);
  if (!at) return;
  stop();
  keep(at);
  equation.querySelector(".window").focus({ preventScroll: true }); // for the arrow keys
});

for (const end of ["pointerout", "pointercancel"])
  equation.addEventListener(end, (event) => under(event) && !timer && show(place));

// --- The window by keyboard
const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

equation.addEventListener("keydown", (event) => {
  const way = ARROWS[event.key];
  if (!way || !event.target.matches(".window")) return;
  event.preventDefault(); // of scrolling
  stop();
  keep([place[0] + way[0], place[1] + way[1]]);
});
equation.addEventListener("focusin", (event) => event.target.matches(".window") && show(place)); // a new one

watch("value", () => keep(place));
keep(place);
