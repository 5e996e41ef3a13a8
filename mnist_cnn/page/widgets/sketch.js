// The paper: one canvas, black ink on white whatever the theme; after every stroke its PNG goes to
// the server. What lay on the table, be it a drawing, a photo or a test digit, is kept for undo and
// redo, and in the tab's own storage for a reload. Runs once, when Gradio puts the template of
// sketch.py on the page (element, props, trigger, watch).
const canvas = element.querySelector("canvas");
const paper = element.querySelector(".paper");
const context = canvas.getContext("2d", { willReadFrequently: true });
const SIDE = canvas.width;
const UNDO_STEPS = 50;
const STORE = "table";

const pens = [...element.querySelectorAll("[data-pen]")];
const widthOf = (button) => Number(button.dataset.pen); // canvas pixels

let pen = widthOf(pens.find((button) => button.getAttribute("aria-pressed") === "true"));
let erasing = false;
let foreign = false; // what lies on the paper came from elsewhere: the next stroke replaces it
let held = false; // a photo: until a tool is chosen a finger scrolls over it, and draws nothing
let last = null; // the stroke's latest point, null between strokes
let pointer = null; // the one that draws, as its first event
let rubs = false; // whether the stroke erases: with the tool, or with the other end of the pen
let before = null; // of the stroke: what lay there
// What lies on the table, what lay there before, and what was undone. Of each its picture as a data
// URL, and `kept` if it came from elsewhere: what the server knows it by.
let now = null, past = [], future = [];

context.lineCap = context.lineJoin = "round";

function wipe() {
  context.fillStyle = "#fff";
  context.fillRect(0, 0, SIDE, SIDE);
  foreign = held = false;
  showState(false);
}

function showState(inked) {
  showHeld();
  paper.classList.toggle("empty", !inked);
  paper.classList.toggle("foreign", foreign);
}

function showHeld() {
  paper.classList.toggle("held", held);
}

function isInked() {
  const pixels = context.getImageData(0, 0, SIDE, SIDE).data;
  for (let i = 0; i < pixels.length; i += 4) if (pixels[i] < 250) return true;
  return false;
}

function ask(kind, value) {
  props.value = value;
  trigger(kind);
}

function send() {
  showState(isInked());
  record({ shown: canvas.toDataURL("image/png") });
  ask("input", now.shown);
}

function record(entry) {
  if (now) past = [...past, now].slice(-UNDO_STEPS);
  [now, future] = [entry, []];
  settle();
}

function settle() {
  showTools();
  for (let kept = past; ; kept = kept.slice(Math.ceil(kept.length / 2))) {
    try {
      return sessionStorage.setItem(STORE, JSON.stringify({ past: kept, now, future }));
    } catch {
      if (!kept.length) return; // not even this fits, or nothing may be stored
    }
  }
}

function lay({ shown, kept }) {
  const picture = new Image();
  picture.onload = () => {
    if (last !== null || now.shown !== shown) return; // something newer wins
    wipe();
    const scale = SIDE / Math.max(picture.width, picture.height);
    const width = picture.width * scale, height = picture.height * scale;
    context.imageSmoothingEnabled = scale < 1; // small digits stay crisp
    context.drawImage(picture, (SIDE - width) / 2, (SIDE - height) / 2, width, height);
    foreign = Boolean(kept);
    held = foreign && kept.index == null && !erasing;
    showState(foreign || isInked());
  };
  picture.src = shown;
}

function putBack() {
  lay(now);
  if (now.kept) ask("undo", now.kept);
  else ask("input", now.shown);
}

function travel(from, to) {
  if (!from.length || last !== null) return;
  to.push(now);
  now = from.pop();
  putBack();
  settle();
}

const undo = () => travel(past, future);
const redo = () => travel(future, past);

function point(event) {
  const box = canvas.getBoundingClientRect();
  return [((event.clientX - box.left) * SIDE) / box.width, ((event.clientY - box.top) * SIDE) / box.height];
}

// The colour of the paper about a point: what most pixels have there.
function paperAt([x, y]) {
  const side = SIDE / 2;
  const { data } = context.getImageData(x - side / 2, y - side / 2, side, side);
  const seen = [...Array(side * side).keys()].filter((pixel) => data[4 * pixel + 3]); // on the canvas
  const median = (channel) => seen.map((pixel) => data[4 * pixel + channel]).sort((a, b) => a - b)[seen.length >> 1];
  return `rgb(${median(0)} ${median(1)} ${median(2)})`;
}

function startStroke(at, withEraser = erasing) {
  before = { pixels: context.getImageData(0, 0, SIDE, SIDE), foreign, held };
  rubs = withEraser;
  if (foreign && !rubs) wipe();
  context.strokeStyle = !rubs ? "#000" : foreign ? paperAt(at) : "#fff";
  context.lineWidth = rubs ? 2 * pen : pen;
  last = at;
  strokeTo(at);
}

function strokeTo(at) {
  context.beginPath();
  context.moveTo(...last);
  context.lineTo(...at);
  context.stroke();
  last = at;
  if (!rubs) showState(true);
}

function endStroke() {
  if (last === null) return;
  last = pointer = null;
  if (foreign) ask("edit", canvas.toDataURL("image/png"));
  else send();
}

// A stroke that was none: the browser scrolls or zooms, or a palm was there before the pen.
function dropStroke() {
  if (last === null) return;
  last = pointer = null;
  context.putImageData(before.pixels, 0, 0);
  ({ foreign, held } = before);
  showState(foreign || isInked());
}

// Whether a pointer may draw. A second finger is about to scroll; a pen outdoes a palm.
function takesOver({ pointerType }) {
  if (pointer === null) return pointerType !== "touch" || !held;
  if (pointer.pointerType === "touch") dropStroke();
  return pointer === null && pointerType === "pen";
}

const isDrawing = (event) => event.pointerId === pointer?.pointerId;
const ERASER_END = 5; // number of the button that this end of a pen is

canvas.addEventListener("pointerdown", (event) => {
  if (![0, ERASER_END].includes(event.button) || !takesOver(event)) return;
  pointer = event;
  canvas.setPointerCapture(event.pointerId);
  startStroke(point(event), erasing || event.button === ERASER_END);
});
canvas.addEventListener("pointermove", (event) => {
  if (!isDrawing(event)) return;
  const moves = event.getCoalescedEvents?.() ?? [];
  for (const move of moves.length ? moves : [event]) strokeTo(point(move));
});
canvas.addEventListener("pointercancel", (event) => isDrawing(event) && dropStroke());
for (const end of ["pointerup", "lostpointercapture"])
  canvas.addEventListener(end, (event) => isDrawing(event) && endStroke());

// Keyboard: arrows move a cross over a 28×28 grid, space puts the pen down and lifts it.
let cross = [SIDE / 2, SIDE / 4];
const marker = element.querySelector(".cross");
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function showCross(visible) {
  marker.hidden = !visible;
  marker.style.left = `${(100 * cross[0]) / SIDE}%`;
  marker.style.top = `${(100 * cross[1]) / SIDE}%`;
}

canvas.addEventListener("keydown", (event) => {
  if (event.key in ARROWS) {
    const step = SIDE / 28;
    cross = cross.map((at, axis) => Math.min(SIDE, Math.max(0, at + step * ARROWS[event.key][axis])));
    if (last !== null) strokeTo(cross);
    showCross(true);
  } else if (event.key === " ") {
    if (last === null) startStroke(cross);
    else endStroke();
    showCross(true);
  } else return;
  event.preventDefault();
});
canvas.addEventListener("blur", () => {
  showCross(false);
  if (pointer === null) endStroke();
});

// In every room, but where something is being typed.
const TYPED = "input:not([type=radio], [type=range]), textarea";
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.target.closest(TYPED)) return;
  const key = event.key.toLowerCase();
  if (key === "y" || (key === "z" && event.shiftKey)) redo();
  else if (key === "z") undo();
  else return;
  event.preventDefault();
});

const tools = {
  eraser: () => (erasing = !erasing),
  undo,
  redo,
  clear: () => {
    wipe();
    send();
  },
};

function usePen(button) {
  pen = widthOf(button);
  erasing = false;
}

function press(button, on) {
  button.setAttribute("aria-pressed", on);
}

function showTools() {
  showHeld();
  for (const button of pens) press(button, !erasing && widthOf(button) === pen);
  press(element.querySelector('[data-tool="eraser"]'), erasing);
  for (const [tool, steps] of Object.entries({ undo: past, redo: future }))
    element.querySelector(`[data-tool="${tool}"]`).ariaDisabled = !steps.length;
}

for (const button of element.querySelectorAll("[data-tool]"))
  button.addEventListener("click", () => {
    if (button.dataset.pen) usePen(button);
    else tools[button.dataset.tool]();
    if (button.ariaPressed) held = false; // a pen or the eraser
    showTools();
  });

// A picture pasted or dropped anywhere goes to the server, bytes untouched. Browsers do not know every
// kind by name: where one knows none, the end of the file's name says it.
const SUFFIXES = paper.dataset.suffixes.split(",");

function typed(file) {
  const suffix = SUFFIXES.find((end) => file.name.toLowerCase().endsWith(end));
  return file.type || !suffix ? file : new File([file], file.name, { type: `image/${suffix.slice(1)}` });
}

function readFile(file) {
  const reader = new FileReader();
  reader.onload = () => ask("upload", reader.result);
  reader.readAsDataURL(typed(file));
}

function firstFile(transfer) {
  return transfer?.files?.[0];
}

// In a room where no digit is looked at, nothing would change.
function showDigit() {
  const rooms = [canvas, ...document.querySelectorAll(".follows")];
  if (!rooms.some((room) => room.offsetParent)) document.getElementById("draw-button").click();
}

document.addEventListener("paste", (event) => {
  if (!element.isConnected) return;
  const file = firstFile(event.clipboardData);
  if (!file) return;
  readFile(file);
  showDigit();
});

// Wherever a file is dropped, it does not open in the lesson's place.
document.addEventListener("dragover", (event) => {
  if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
});
document.addEventListener("drop", (event) => {
  const file = firstFile(event.dataTransfer);
  if (!file || (event.defaultPrevented && file.type)) return; // Gradio's own field has taken it
  event.preventDefault();
  readFile(file);
  showDigit();
});

// Gradio's field offers and takes only what the browser knows as an image: so HEIC is one.
const isField = ({ target }) => target.type === "file" && target.closest("#photo");

document.addEventListener("click", (event) => {
  if (isField(event)) event.target.accept = ["image/*", ...SUFFIXES].join();
}, true);
document.addEventListener("change", (event) => {
  if (!isField(event)) return;
  const files = new DataTransfer();
  for (const file of event.target.files) files.items.add(typed(file));
  event.target.files = files.files;
}, true);

function contentOf({ shown, kept }) {
  return (kept?.file ?? shown).split(",")[1];
}

// The server lays another picture on the paper: a test digit, a photo; or the same, where it refused
// another one.
function showPicture() {
  if (!ready || !props.value?.kept || last !== null) return; // a stroke has begun meanwhile: it wins
  if (!now || contentOf(props.value) !== contentOf(now)) record(props.value);
  lay(now);
}

let ready = false; // Gradio sets the first value once more when all is on the page

function restore() {
  const first = props.value;
  ready = true;
  try {
    ({ past, now, future } = JSON.parse(sessionStorage.getItem(STORE)));
  } catch {
    return showPicture();
  }
  showTools();
  if (contentOf(now) === contentOf(first)) lay(now);
  else putBack();
}

watch("value", showPicture);
wipe();
showTools();
setTimeout(restore);
