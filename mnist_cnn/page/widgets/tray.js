// The tray: digits that the learner keeps, in this browser's own database (IndexedDB) and nowhere
// else. The server reads pictures, answers, and computes figures; each of its answers is a value of
// this component. Runs once, when Gradio puts it on the page (element, props, trigger, watch), behind
// kept.js and archive.js.
const find = (selector) => element.querySelector(selector);
const tiles = find(".kept"), one = find(".one"), found = find(".found"), order = find("select");
const { words, networks, most, bytes: mostBytes } = JSON.parse(tiles.dataset.facts);
const PIXELS = 28 * 28;

const kept = new Map(), past = [];
let weights = null, picked = null, filter = null;

const fill = (key, values = {}) => words[key].replace(/{(\w+)}/g, (_, name) => values[name]);
const say = (text) => (find("[data-said]").textContent = text);
const isWrong = (digit, at) => digit.label !== null && Number(digit.answers[at]) !== digit.label;
const nameOf = ({ name, person }) => person ?? name;
const labelled = () => [...kept.values()].filter((it) => it.label !== null);
const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));

function toUrl(blob) {
  return new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.readAsDataURL(blob);
  });
}

// --- Kept in the database; where there is none, as long as the page lasts
async function save(changes) {
  const digits = await store("readwrite");
  if (!digits) return say(words.memory);
  digits.transaction.onabort = () => say(words.memory); // no room for it
  for (const { before, after } of changes) after ? digits.put(after) : digits.delete(before.id);
}

async function load() {
  const digits = await store("readonly");
  if (!digits) return say(words.memory);
  for (const digit of await resultOf(digits.getAll())) if (!kept.has(digit.id)) kept.set(digit.id, digit);
  show();
}

// --- What changes: lists of {before, after}, either of them null
function change(changes) {
  past.push(changes);
  put(changes);
}

function undo() {
  const changes = past.pop();
  if (changes) put(changes.map(({ before, after }) => ({ before: after, after: before })));
}

function put(changes) {
  for (const { before, after } of changes) after ? kept.set(after.id, after) : kept.delete(before.id);
  save(changes);
  show();
}

function add(digits) {
  if (kept.size + digits.length > most) return say(fill("full", { most }));
  let id = Math.max(0, ...kept.keys());
  change(digits.map((digit) => ({ before: null, after: { ...digit, id: ++id } })));
}

function relabel(id, label) {
  const before = kept.get(id);
  change([{ before, after: { ...before, label } }]);
}

function remove(ids) {
  change(ids.map((id) => ({ before: kept.get(id), after: null })));
}

// --- What is shown
const ORDERS = {
  id: () => 0,
  label: ({ label }) => label ?? 10,
  wrong: (digit) => (networks.some((_, at) => isWrong(digit, at)) ? 0 : 1),
  open: ({ label }) => (label === null ? 0 : 1),
  name: nameOf,
};

function sorted() {
  const key = ORDERS[order.value];
  const all = [...kept.values()].filter((digit) => !filter || filter(digit));
  return all.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.id - b.id));
}

function make(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function paint(pixels) {
  const canvas = make("canvas", { width: 28, height: 28 }), image = new ImageData(28, 28);
  pixels.forEach((ink, at) => image.data.set([ink, ink, ink, 255], 4 * at));
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}

function answerOf(digit, at) {
  const answer = make("span", { className: isWrong(digit, at) ? "wrong" : "", textContent: digit.answers[at] });
  answer.style.setProperty("--model", `var(${networks[at].colour})`);
  return answer;
}

const made = new WeakMap(); // the tile of a digit, since no digit changes

function tile(digit) {
  if (!made.has(digit)) {
    const label = make("b", { textContent: digit.label ?? "?" });
    const button = make("button", { type: "button", tabIndex: -1, ariaPressed: "false" }, paint(digit.digit), label, ...networks.flatMap((_, at) => [" ", answerOf(digit, at)]));
    button.dataset.id = digit.id;
    button.ariaLabel = fill("tile", {
      number: digit.id,
      label: digit.label ?? words.unlabelled,
      answers: [...digit.answers].slice(0, networks.length).join(", "),
      name: nameOf(digit),
    });
    made.set(digit, button);
  }
  return made.get(digit);
}

const buttonOf = (id) => tiles.querySelector(`[data-id="${id}"]`);

function stopAt(button) {
  for (const other of tiles.querySelectorAll('[tabindex="0"], [aria-pressed="true"]')) {
    other.tabIndex = -1;
    other.ariaPressed = "false";
  }
  if (button) button.tabIndex = 0;
  const pressed = buttonOf(picked);
  if (pressed) pressed.ariaPressed = "true";
}

function goTo(button) {
  stopAt(button);
  button?.focus({ preventScroll: true });
  button?.scrollIntoView({ block: "nearest" });
}

// The tiles that stay where they are are left alone: there may be thousands.
function arrange(wanted) {
  wanted.forEach((button, at) => {
    const there = tiles.children[at];
    if (!there) tiles.append(button);
    else if (there !== button) there.replaceWith(button);
  });
  while (tiles.children.length > wanted.length) tiles.lastElementChild.remove();
}

function show() {
  const held = tiles.contains(document.activeElement) ? document.activeElement.dataset.id : null;
  arrange(sorted().map(tile));
  stopAt(buttonOf(held ?? picked) ?? tiles.firstElementChild);
  if (held && buttonOf(held)) goTo(buttonOf(held));
  say(kept.size ? fill("count", { count: kept.size, labelled: labelled().length }) : words.empty);
  for (const button of element.querySelectorAll(".tray-tools button"))
    button.disabled = button.dataset.do === "undo" ? !past.length : !kept.size;
  showOne();
  askFigures();
  answerAgain();
}

async function showOne() {
  const digit = kept.get(picked);
  one.hidden = !digit;
  if (!digit) return;
  const size = networks.length;
  one.querySelector(".about").textContent = fill("about", { number: digit.id, name: nameOf(digit) });
  one.querySelector(".says").textContent = networks.map(({ title }, at) =>
    fill("says", { network: title, mnist: digit.answers[at], notebook: digit.answers[at + size] })).join(" ");
  for (const button of one.querySelectorAll("[data-label]"))
    button.ariaPressed = String(Number(button.dataset.label) === digit.label);
  one.querySelector("img").src = await toUrl(digit.taken);
}

async function pick(id) {
  picked = id;
  stopAt(buttonOf(id));
  showOne();
  trigger("click", { taken: await toUrl(kept.get(id).taken), number: id });
}

// --- What the server is asked, and what it says: a value of this component
let asked = "[]", pause = null;
let waiting = null; // the digits whose answers are on their way
const refused = new WeakSet(); // those that were not answered
const reading = new Map(); // {ticket: what is called once this picture was read}

function askFigures() {
  clearTimeout(pause);
  pause = setTimeout(() => {
    const rows = labelled().filter(({ answers }) => answers).map((digit) => `${digit.label}${digit.answers}${nameOf(digit)}`);
    const all = JSON.stringify(rows);
    if (all === asked || !element.offsetParent) return; // nothing new, or the room is closed
    asked = all;
    trigger("submit", { rows });
  }, 300);
}

// Digits that other weights answered, or none yet, are answered anew, some at a time.
function answerAgain() {
  if (waiting || weights === null) return;
  const old = [...kept.values()].filter((digit) => digit.weights !== weights && !refused.has(digit)).slice(0, 250);
  if (!old.length) return;
  waiting = old;
  trigger("edit", { mnist: old.map((it) => toBase64(it.digit)), notebook: old.map((it) => toBase64(it.notebook)) });
}

function hear() {
  const { weights: now, answers, read, sheet } = props.value ?? {};
  weights = now ?? weights;
  if (read) reading.get(read)?.(props.value);
  if (sheet) make("a", { href: sheet, download: "digits.pdf" }).click();
  if (answers) {
    const after = waiting.map((before, at) => ({ before, after: { ...before, answers: answers[at], weights } }));
    waiting = null;
    put(after.filter(({ before }) => kept.get(before.id) === before));
  }
  answerAgain();
}

document.addEventListener("refused", ({ detail: { asker, name, data, reason } }) => {
  if (asker !== "tray") return;
  if (name === "upload") reading.get(data.ticket)?.({ error: reason.replace(/\.$/, "") });
  else say(reason);
  if (name !== "edit") return;
  waiting.forEach((digit) => refused.add(digit));
  waiting = null;
  answerAgain();
});

// --- Files: pictures go to the server one by one, saved trays stay here
const stem = (name) => name.replace(/\.[^.]*$/, "").slice(0, 60);

async function take(files) {
  for (const file of files) {
    const line = make("p", { className: "text", role: "status", textContent: fill("reading", { name: file.name }) });
    found.append(line);
    try {
      if (/\.(zip|npz)$/i.test(file.name)) {
        const digits = await fromFile(file);
        add(digits);
        line.textContent = fill("imported", { count: digits.length, name: file.name });
      } else line.replaceWith(await readPicture(file, files.length > 1));
    } catch (error) {
      const { message, values } = error instanceof ArchiveError ? error : new ArchiveError("no zip");
      line.textContent = fill(message, { name: file.name, ...values });
    }
  }
}

async function readPicture(file, isOneOfMany) {
  if (file.size > mostBytes) throw new ArchiveError("size", { most: mostBytes / 1e6 });
  const url = await toUrl(file), ticket = crypto.randomUUID?.() ?? String(Math.random());
  const answer = new Promise((done) => reading.set(ticket, done));
  trigger("upload", { ticket, file: url.replace(/^data:[^;]*/, "data:image/*") });
  const { error, picture, size, boxes, digits } = await answer, name = stem(file.name);
  reading.delete(ticket);
  if (error) return make("p", { className: "notice", role: "status", textContent: `${file.name}: ${error}.` });
  const all = await Promise.all(digits.map((it) => received(it, name, weights)));
  return page(file.name, picture, size, boxes, all, isOneOfMany);
}

// A picture with a box about each digit that was found in it: the answers, and a way to the table. Of
// many pictures at once, a class's sheets, the digits are kept without being asked.
function page(name, picture, [width, height], boxes, digits, isOneOfMany) {
  const marks = digits.map((digit, at) => {
    const [left, top, right, bottom] = boxes[at];
    const said = [...digit.answers].slice(0, networks.length);
    const mark = make("button", { type: "button" }, make("span", { textContent: said.join(" ") }));
    Object.assign(mark.style, {
      left: `${(100 * left) / width}%`, top: `${(100 * top) / height}%`,
      width: `${(100 * (right - left)) / width}%`, height: `${(100 * (bottom - top)) / height}%`,
    });
    mark.ariaLabel = fill("box", { number: at + 1, answers: said.join(", ") });
    mark.addEventListener("click", async () => trigger("click", { taken: await toUrl(digit.taken), number: at + 1 }));
    return mark;
  });
  const count = digits.length;
  const keep = make("button", { type: "button", textContent: fill(count === 1 ? "keep one" : "keep all", { count }), hidden: !count });
  const text = fill(["found none", "found one"][count] ?? "found", { name, count });
  const shown = make("div", { className: "page" }, make("img", { src: picture, alt: text }), ...marks);
  if (isOneOfMany && count) {
    add(digits);
    return make("details", {}, make("summary", { textContent: `${text} ${words.kept}` }), shown);
  }
  const figure = make("figure", {}, shown, make("figcaption", { role: "status" }, `${text} `, keep));
  keep.addEventListener("click", () => {
    add(digits);
    figure.replaceWith(make("p", { className: "text", role: "status", textContent: `${text} ${words.kept}` }));
  });
  return figure;
}

// --- A saved tray: the digits as arrays and as pictures, and what is known of them
const VERSION = 1;
const FILES = { about: "tray.json", arrays: "digits.npz", table: "digits.csv" };
const place = (digit, at) => `${String(at + 1).padStart(4, "0")}_${digit.label ?? "x"}.png`;
const bytesOf = async (blob) => new Uint8Array(await blob.arrayBuffer());
const toPng = (canvas) => fromBase64(canvas.toDataURL().split(",")[1]);

function npz(digits) {
  const images = (field) => {
    const values = new Uint8Array(PIXELS * digits.length);
    digits.forEach((digit, at) => values.set(digit[field], PIXELS * at));
    return npy({ shape: [digits.length, 28, 28], values });
  };
  const labels = BigInt64Array.from(digits, ({ label }) => BigInt(label ?? -1));
  return zip({
    "images.npy": images("digit"),
    "notebook.npy": images("notebook"),
    "labels.npy": npy({ shape: [digits.length], values: labels }),
  });
}

function csv(digits) {
  const quoted = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const titles = ["number", "label", "name", ...["", " notebook"].flatMap((way) => networks.map(({ key }) => key + way))];
  const rows = digits.map((digit, at) => [at + 1, digit.label ?? "", quoted(nameOf(digit)), ...digit.answers]);
  return new Blob([titles, ...rows].map((row) => `${row.join()}\n`), { type: "text/csv" });
}

async function zipped(digits) {
  const about = digits.map(({ name, person }) => ({ name, person }));
  const files = {
    [FILES.about]: ascii(JSON.stringify({ version: VERSION, digits: about })),
    [FILES.arrays]: await bytesOf(npz(digits)),
    [FILES.table]: await bytesOf(csv(digits)),
  };
  for (const [at, digit] of digits.entries()) {
    files[`digits/${place(digit, at)}`] = toPng(paint(digit.digit));
    files[`taken/${place(digit, at)}`] = await bytesOf(digit.taken);
  }
  return zip(files);
}

async function fromFile(file) {
  if (file.size > MOST_BYTES) throw new ArchiveError("too large", { most: MOST_BYTES / 1e6 });
  const files = await unzip(await bytesOf(file));
  if (/\.npz$/i.test(file.name)) return fromArrays(files, stem(file.name));
  for (const name of [FILES.about, FILES.arrays]) if (!files[name]) throw new ArchiveError("no tray", { lacks: name });
  const { version, digits: about } = JSON.parse(new TextDecoder().decode(files[FILES.about]));
  if (version !== VERSION) throw new ArchiveError("version", { version, known: VERSION });
  const digits = fromArrays(await unzip(files[FILES.arrays]), stem(file.name));
  return digits.map((digit, at) => {
    const taken = files[`taken/${place(digit, at)}`];
    return {
      ...digit,
      name: String(about[at].name),
      person: String(about[at].person ?? stem(file.name)),
      taken: taken ? new Blob([taken], { type: "image/png" }) : digit.taken,
    };
  });
}

function fromArrays(files, name) {
  for (const array of ["images.npy", "labels.npy"]) if (!files[array]) throw new ArchiveError("no tray", { lacks: array });
  const { shape, values } = fromNpy(files["images.npy"]), labels = Array.from(fromNpy(files["labels.npy"]).values, Number);
  const notebook = files["notebook.npy"] ? fromNpy(files["notebook.npy"]).values : values;
  if (String(shape) !== `${labels.length},28,28` || !(values instanceof Uint8Array) || notebook.length !== values.length)
    throw new ArchiveError("no tray", { lacks: `${labels.length}×28×28` });
  const bad = labels.findIndex((label) => !(label >= -1 && label <= 9));
  if (bad >= 0) throw new ArchiveError("label", { label: labels[bad], place: bad + 1 });
  return labels.map((label, at) => {
    const [digit, other] = [values, notebook].map((all) => all.slice(PIXELS * at, PIXELS * (at + 1)));
    const taken = new Blob([toPng(paint(digit.map((ink) => 255 - ink)))], { type: "image/png" });
    return { name, person: null, label: label < 0 ? null : label, answers: "", weights: null, digit, notebook: other, taken };
  });
}

// The figures as they stand below the tray, and the misread digits, as a page of its own.
function report(digits) {
  const figures = document.getElementById("own-figures").cloneNode(true);
  for (const part of figures.querySelectorAll("details")) part.open = true;
  const misread = digits.filter((digit) => networks.some((_, at) => isWrong(digit, at))).map((digit) =>
    make("figure", {}, make("img", { src: paint(digit.digit).toDataURL(), alt: "" }),
      make("figcaption", { textContent: fill("misread", { label: digit.label, answers: [...digit.answers].slice(0, networks.length).join(" "), name: nameOf(digit) }) })));
  const body = make("main", { className: "gradio-container report" }, make("h1", { textContent: words["report title"] }),
    figures, make("h3", { textContent: words["report misread"] }), make("div", { className: "misread" }, ...misread));
  const look = document.getElementById("look").outerHTML;
  return new Blob([`<!doctype html><html lang="${document.documentElement.lang}"><meta charset="utf-8"><title>${words["report title"]}</title>${look}${body.outerHTML}</html>`], { type: "text/html" });
}

const SAVED = { zip: ["zip", zipped], npz: ["npz", npz], csv: ["csv", csv], report: ["html", report] };

async function saveAs([suffix, pack]) {
  const url = URL.createObjectURL(await pack(sorted()));
  make("a", { href: url, download: `my-digits.${suffix}` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

// --- What the learner does
const tools = { undo, sheet: () => trigger("download"), empty: () => remove([...kept.keys()]), delete: () => remove([picked]) };

element.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  const { id, label, save: kind, do: tool } = button?.dataset ?? {};
  if (id) pick(Number(id));
  if (label) relabel(picked, Number(label));
  if (kind) saveAs(SAVED[kind]);
  if (tool) tools[tool]();
});
order.addEventListener("change", show);

const STEPS = { ArrowLeft: -1, ArrowRight: 1 };

function step(button, key) {
  const all = [...tiles.children], at = all.indexOf(button);
  const columns = all.filter((it) => it.offsetTop === all[0].offsetTop).length;
  return all[at + ({ ...STEPS, ArrowUp: -columns, ArrowDown: columns }[key] ?? NaN)];
}

element.addEventListener("keydown", (event) => {
  const button = event.target.closest(".kept button"), { key } = event;
  if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === "z") undo();
  else if (button && step(button, key)) goTo(step(button, key));
  else if (button && (/^[0-9]$/.test(key) || key === "Delete")) {
    const id = Number(button.dataset.id), next = button.nextElementSibling ?? button.previousElementSibling;
    if (key === "Delete") remove([id]);
    else relabel(id, Number(key));
    goTo(buttonOf(next?.dataset.id ?? id));
  } else return;
  event.preventDefault();
  event.stopPropagation(); // the paper has an undo of its own
});

const drop = find(".drop"), field = drop.querySelector("input");
field.addEventListener("change", async () => {
  const files = [...field.files];
  field.value = "";
  take(files);
});
element.addEventListener("dragover", (event) => event.preventDefault());
element.addEventListener("drop", (event) => {
  event.preventDefault();
  event.stopPropagation(); // it is not laid on the table
  take([...event.dataTransfer.files]);
});

document.addEventListener("kept", load); // in Draw
document.addEventListener("click", ({ target }) => {
  const cell = target.closest?.("#own-figures [data-pick]");
  if (!cell) return;
  const [label, answer] = cell.dataset.pick.split(" "), at = networks.findIndex(({ key }) => cell.closest(`#part-own-confusion-${key}`));
  filter = (digit) => digit.label === Number(label) && digit.answers[at] === answer;
  show();
  say(fill("shown", { count: tiles.children.length, label, answer, network: networks[at].title }));
  tiles.scrollIntoView({ block: "center" });
  filter = null; // until something changes
});

watch("value", hear);
load();
hear();
