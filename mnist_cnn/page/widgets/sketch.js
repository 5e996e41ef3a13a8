// The paper: one canvas, black ink on white whatever the theme; after every stroke its PNG goes to
// the server. Runs once, when Gradio puts the template of sketch.py on the page (element, props,
// trigger, watch).
const canvas = element.querySelector("canvas");
const paper = element.querySelector(".paper");
const context = canvas.getContext("2d", { willReadFrequently: true });
const SIDE = canvas.width;
const UNDO_STEPS = 50;

const pens = [...element.querySelectorAll("[data-pen]")];
const widthOf = (button) => Number(button.dataset.pen); // canvas pixels

let pen = widthOf(pens.find((button) => button.getAttribute("aria-pressed") === "true"));
let erasing = false;
let foreign = false; // what lies on the paper came from elsewhere: the next stroke replaces it
let sent = null; // the last value that came from here
let last = null; // the stroke's latest point, null between strokes
let pointer = null; // the one pointer that draws; a resting palm is another
let before = []; // earlier states of the paper, for undo

context.lineCap = context.lineJoin = "round";

function wipe() {
  context.fillStyle = "#fff";
  context.fillRect(0, 0, SIDE, SIDE);
  foreign = false;
  showState(false);
}

function showState(inked) {
  paper.classList.toggle("empty", !inked);
  paper.classList.toggle("foreign", foreign);
}

function isInked() {
  const pixels = context.getImageData(0, 0, SIDE, SIDE).data;
  for (let i = 0; i < pixels.length; i += 4) if (pixels[i] < 250) return true;
  return false;
}

function send() {
  showState(isInked());
  sent = canvas.toDataURL("image/png");
  props.value = sent;
  trigger("input");
}

function remember() {
  before.push(foreign ? null : context.getImageData(0, 0, SIDE, SIDE));
  if (before.length > UNDO_STEPS) before.shift();
}

function point(event) {
  const box = canvas.getBoundingClientRect();
  return [((event.clientX - box.left) * SIDE) / box.width, ((event.clientY - box.top) * SIDE) / box.height];
}

function startStroke(at) {
  remember();
  if (foreign) wipe();
  last = at;
  strokeTo(at);
}

function strokeTo(at) {
  context.strokeStyle = erasing ? "#fff" : "#000";
  context.lineWidth = erasing ? 2 * pen : pen;
  context.beginPath();
  context.moveTo(...last);
  context.lineTo(...at);
  context.stroke();
  last = at;
  if (!erasing) showState(true);
}

function endStroke() {
  if (last === null) return;
  last = pointer = null;
  send();
}

canvas.addEventListener("pointerdown", (event) => {
  if (pointer !== null || event.button !== 0) return;
  pointer = event.pointerId;
  canvas.setPointerCapture(pointer);
  startStroke(point(event));
});
canvas.addEventListener("pointermove", (event) => {
  if (event.pointerId !== pointer) return;
  const moves = event.getCoalescedEvents?.() ?? [];
  for (const move of moves.length ? moves : [event]) strokeTo(point(move));
});
for (const end of ["pointerup", "pointercancel", "lostpointercapture"])
  canvas.addEventListener(end, (event) => event.pointerId === pointer && endStroke());

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
  } else if (event.key === "z" && (event.ctrlKey || event.metaKey)) undo();
  else return;
  event.preventDefault();
});
canvas.addEventListener("blur", () => {
  showCross(false);
  if (pointer === null) endStroke();
});

function undo() {
  if (!before.length) return;
  const earlier = before.pop();
  wipe();
  if (earlier) context.putImageData(earlier, 0, 0);
  send();
}

const tools = {
  eraser: () => (erasing = !erasing),
  undo,
  clear: () => {
    remember();
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
  for (const button of pens) press(button, !erasing && widthOf(button) === pen);
  press(element.querySelector('[data-tool="eraser"]'), erasing);
}

for (const button of element.querySelectorAll("[data-tool]"))
  button.addEventListener("click", () => {
    if (button.dataset.pen) usePen(button);
    else tools[button.dataset.tool]();
    showTools();
  });

// A picture pasted anywhere or dropped on the paper goes to the server, bytes untouched.
function readFile(file) {
  const reader = new FileReader();
  reader.onload = () => {
    sent = null;
    props.value = reader.result;
    trigger("upload");
  };
  reader.readAsDataURL(file);
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
paper.addEventListener("dragover", (event) => event.preventDefault());
paper.addEventListener("drop", (event) => {
  event.preventDefault();
  const file = firstFile(event.dataTransfer);
  if (file) readFile(file);
});

// The server lays another picture on the paper: a test digit, a photo.
function showPicture() {
  if (!props.value || props.value === sent) return;
  const picture = new Image();
  picture.onload = () => {
    if (last !== null) return; // a stroke has begun meanwhile: it wins
    wipe();
    const scale = SIDE / Math.max(picture.width, picture.height);
    const width = picture.width * scale, height = picture.height * scale;
    context.imageSmoothingEnabled = scale < 1; // small digits stay crisp
    context.drawImage(picture, (SIDE - width) / 2, (SIDE - height) / 2, width, height);
    foreign = true;
    before = [];
    showState(true);
  };
  picture.src = props.value;
}

watch("value", showPicture);
wipe();
showTools();
showPicture();
