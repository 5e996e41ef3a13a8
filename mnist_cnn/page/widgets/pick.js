// A click on what can be picked goes to the server: the element's data-pick, or the cell of a picture
// with data-grid="rows columns". Runs once; what the server puts into the element later counts too.
let picked = null, isNew = false;
let held = null; // the data-pick of the button that has the focus

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
  if (!isNew) return;
  trigger("click", { pick: picked });
  bringIntoSight();
});

// Tab reaches one of the buttons, the arrow keys the others: 64 tiles are no 64 stops.
const buttons = () => [...element.querySelectorAll("button[data-pick]")];
const middle = (button) => {
  const { left, top, width, height } = button.getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2, height };
};

function stopAt(button) {
  for (const other of buttons()) other.tabIndex = other === button ? 0 : -1;
}

function beside(button, key) {
  const all = buttons();
  const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (step) return all[all.indexOf(button) + step];
  const sign = { ArrowUp: -1, ArrowDown: 1 }[key];
  const from = middle(button);
  const far = (other) => {
    const { x, y } = middle(other);
    const down = sign * (y - from.y);
    return down > from.height / 2 ? down + Math.abs(x - from.x) : Infinity;
  };
  const nearest = sign && all.reduce((one, other) => (far(other) < far(one) ? other : one));
  return nearest && far(nearest) < Infinity ? nearest : undefined;
}

element.addEventListener("keydown", (event) => {
  const button = event.target.closest("button[data-pick]");
  const next = button && beside(button, event.key);
  if (!next) return;
  event.preventDefault(); // of scrolling
  stopAt(next);
  next.focus();
});

// Where the buttons are a strip that scrolls sideways, the chosen one is in sight.
function showChosen() {
  const chosen = buttons().find((button) => button.matches('[aria-pressed="true"]'));
  const strip = element.closest(".html-container");
  if (chosen && strip) strip.scrollLeft += middle(chosen).x - middle(strip).x;
}

// What a pick changes elsewhere, as data-changes says.
function bringIntoSight() {
  const changed = document.getElementById(element.querySelector("[data-changes]")?.dataset.changes);
  changed?.closest(".part")?.querySelector(".section").setAttribute("open", "");
  changed?.scrollIntoView();
}

element.addEventListener("focusin", (event) => (held = event.target.dataset.pick ?? null));
element.addEventListener("focusout", (event) => {
  if (event.relatedTarget) held = null; // it goes elsewhere; new content only loses it
});

// New content takes the focus away, or gives it to what stands in its place now: whoever uses the
// keyboard gets it back.
function begin() {
  if (isNew) bringIntoSight(); // again: what is new may have moved it
  isNew = false;
  const all = buttons();
  const find = (pick) => all.find((button) => button.dataset.pick === pick);
  stopAt(find(held ?? picked) ?? all.find((button) => button.matches('[aria-pressed="true"]')) ?? all[0]);
  const isLost = document.activeElement === document.body || element.contains(document.activeElement);
  if (isLost && held !== null) find(held)?.focus({ preventScroll: true });
  showChosen();
}

watch("value", begin);
begin();
new ResizeObserver(showChosen).observe(element); // also once its room is open
