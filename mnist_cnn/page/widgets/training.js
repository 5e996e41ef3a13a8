// A training, watched: each value is one message of it (worker.py), or of what became of a network.
// Draws the curves, filters, answers and misread digits, and keeps the trainings so far as long as the
// page lasts. Runs once, when Gradio puts it on the page (element, props, trigger, watch).
const find = (selector) => element.querySelector(selector);
const { words, networks, guesses, largest } = JSON.parse(find("[data-facts]").dataset.facts);
const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 320, HEIGHT = 190, LEFT = 34, BOTTOM = 24, TOP = 8; // of a chart, in its own units
const RANGES = { accuracy: [0, 100], loss: [0, 2.5] };
const TICKS = { accuracy: [0, 20, 40, 60, 80, 100], loss: [0, 0.5, 1, 1.5, 2, 2.5] };
const SHOWN = 6; // earlier trainings, as pale lines

const runs = []; // {fields, guess, command, points, whole, sha256, file, test}
let paused = false;

const fill = (key, values = {}) => words[key].replace(/{(\w+)}/g, (_, name) => values[name]);
const percent = (share, places = 1) => `${(100 * share).toFixed(places)}\u00a0%`;
const write = (selector, text) => (find(selector).textContent = text);
const say = (text) => write(".state", text);
const sentence = (text) => `${text[0].toUpperCase()}${text.slice(1)}.`;
const bytes = (text) => Uint8Array.from(atob(text), (it) => it.charCodeAt(0));
const last = () => runs.at(-1);

function make(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function node(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// --- Curves
function curves(kind, series) {
  const [low, high] = RANGES[kind];
  const shown = runs.slice(-SHOWN - 1);
  const most = Math.max(1, ...shown.map((run) => run.points.at(-1)?.steps ?? 1));
  const across = (step) => LEFT + (step / most) * (WIDTH - LEFT - 6);
  const up = (value) => HEIGHT - BOTTOM - ((Math.min(value, high) - low) / (high - low)) * (HEIGHT - BOTTOM - TOP);
  const grid = TICKS[kind].flatMap((tick) => [
    make("path", { class: "rule", d: `M${LEFT} ${up(tick)}H${WIDTH - 6}` }),
    make("text", { x: LEFT - 6, y: up(tick) + 4, "text-anchor": "end" }, String(tick)),
  ]);
  const ends = [0, most].map((step) =>
    make("text", { x: across(step), y: HEIGHT - 6, "text-anchor": step ? "end" : "start" }, step ? fill("steps", { step }) : "0"));
  const lines = shown.flatMap((run, at) => series.map(([name, style, scale]) => {
    const points = run.points.filter((it) => it[name] !== undefined);
    const d = points.map((it, place) => `${place ? "L" : "M"}${across(it.step).toFixed(1)} ${up(scale * it[name]).toFixed(1)}`);
    const line = make("path", { class: `${style} ${at < shown.length - 1 ? "pale" : ""}`, d: d.join("") });
    line.append(make("title", {}, describe(run.fields)));
    return line;
  }));
  const svg = find(`.${kind} svg`);
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  svg.replaceChildren(...grid, ...ends, ...lines);
  const now = last()?.points.at(-1);
  svg.ariaLabel = [words[kind], ...series.map(([name, , scale]) =>
    now?.[name] === undefined ? "" : `${words[name] ?? name} ${(scale * now[name]).toFixed(2)}`)].join(" ");
}

function draw() {
  curves("accuracy", [["training", "dashed", 100], ["validation", "solid", 100]]);
  curves("loss", [["loss", "solid", 1]]);
}

// --- What else is seen
function showFilters({ side, count, values }) {
  const weights = new Int8Array(bytes(values).buffer), canvas = find(".filters");
  const columns = 4, rows = Math.ceil(count / columns), cell = side + 1;
  canvas.width = columns * cell - 1;
  canvas.height = rows * cell - 1;
  const brush = canvas.getContext("2d"), tile = brush.createImageData(side, side);
  for (let which = 0; which < count; which++) {
    for (let at = 0; at < side * side; at++) {
      const share = weights[which * side * side + at] / 127;
      const full = share > 0 ? [178, 24, 43] : [33, 102, 172];
      tile.data.set([...full.map((it) => 255 - Math.abs(share) * (255 - it)), 255], 4 * at);
    }
    brush.putImageData(tile, (which % columns) * cell, Math.floor(which / columns) * cell);
  }
  canvas.ariaLabel = words.filters;
}

function showAnswer(shares) {
  if (!shares) return;
  const top = shares.indexOf(Math.max(...shares));
  find(".says").replaceChildren(...shares.map((share, digit) => {
    const bar = node("i");
    bar.style.width = `${100 * share}%`;
    return node("li", { className: digit === top ? "top" : "" }, node("b", {}, String(digit)), node("span", {}, bar));
  }));
  find(".says").ariaLabel = `${words.digit}: ${top}, ${percent(shares[top], 0)}`;
}

function showMisread(digits) {
  find(".misread").replaceChildren(...digits.map(({ pixels, label, answer }) => {
    const canvas = node("canvas", { width: 28, height: 28, className: "pixels" });
    const brush = canvas.getContext("2d"), image = brush.createImageData(28, 28);
    bytes(pixels).forEach((grey, at) => image.data.set([grey, grey, grey, 255], 4 * at));
    brush.putImageData(image, 0, 0);
    return node("figure", {}, canvas, node("figcaption", {}, fill("misread one", { label, answer })));
  }));
}

// --- The trainings so far
function describe(fields) {
  const said = [
    fill("run", { network: networks[fields.network], digits: fields.digits.toLocaleString("en") }),
    fill("rate", { value: fields.learning_rate }),
    fill("batch", { value: fields.batch_size }),
    fields.dropout && fill("dropout", { value: fields.dropout }),
    !fields.batch_norm && words.norm,
    fields.augmentation && words.augmentation,
    fields.shuffled && words.shuffled,
    fill("seed", { value: fields.seed }),
  ];
  return said.filter(Boolean).join(", ");
}

function button(text, act) {
  return node("button", { type: "button", textContent: text, onclick: act });
}

function save(run) {
  const url = URL.createObjectURL(new Blob([bytes(run.file)], { type: "application/octet-stream" }));
  node("a", { href: url, download: `${run.fields.network}-${run.sha256.slice(0, 8)}.safetensors` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

function testOf(run) {
  if (run.test?.asked) return words.reading;
  if (run.test) return fill("tested", { accuracy: percent(run.test.accuracy, 2), low: percent(run.test.low, 2), high: percent(run.test.high, 2) });
  return button(words["read test"], () => {
    run.test = { asked: true };
    table();
    trigger("edit", { run: run.sha256, file: run.file });
  });
}

function table() {
  const names = words.columns.split("|");
  const finished = runs.filter((run) => run.file);
  if (!finished.length) return;
  const rows = [...finished].reverse().map((run) => {
    const end = run.points.filter((it) => it.training !== undefined).at(-1);
    const cells = [percent(end?.training ?? 0), percent(run.whole ?? end?.validation ?? 0, 2), testOf(run)];
    const isOwn = run.sha256 === own;
    const use = isOwn ? node("b", {}, words.yours) : button(words.use, () => trigger("upload", { file: run.file }));
    const head = node("th", { scope: "row" }, describe(run.fields), node("code", {}, run.command));
    return node("tr", {}, head, ...[...cells, node("span", {}, use, " ", button(words.save, () => save(run)))].map((cell, at) => {
      const made = node("td", {}, cell);
      if (names[at]) made.dataset.name = names[at];
      return made;
    }));
  });
  const heads = ["", ...names].map((name) => node(name ? "th" : "td", name ? { scope: "col" } : {}, name));
  find(".runs").replaceChildren(node("table", { className: "results" },
    node("thead", {}, node("tr", {}, ...heads)), node("tbody", {}, ...rows)));
}

// --- Messages
let own = null;

function drop() { // a training of which nothing came
  if (last() && !last().file) runs.pop();
  write(".declined", "");
}

const told = {
  began({ began, guess, command }) {
    drop();
    runs.push({ fields: began, guess, command, points: [] });
    paused = false;
    say(words.starting);
  },
  waiting: ({ waiting }) => say(waiting > 0 ? fill("waiting", { place: waiting }) : words.starting),
  step(point) {
    last().points.push(point);
    say(fill(paused ? "paused" : "running", { ...point, epoch: Math.ceil(point.epoch) }));
    draw();
    showFilters(point.filters);
    showAnswer(point.probabilities);
    showMisread(point.misread);
  },
  epoch_done({ whole_validation: whole }) {
    last().whole = Math.max(last().whole ?? 0, whole);
  },
  network({ network, sha256, was_cut_off: wasCut, longest: seconds }) {
    const run = Object.assign(last(), { file: network, sha256 }), end = run.points.at(-1);
    own = sha256;
    write(".declined", "");
    const isWhole = end && end.step === end.steps;
    const reached = run.whole ?? end?.validation ?? 0;
    const said = wasCut ? fill("cut", { ...end, seconds }) : isWhole ? fill("done", { accuracy: percent(reached, 2) }) : fill("stopped", end);
    say(run.guess ? `${said} ${fill("guessed", { guess: guesses[run.guess] })}` : said);
    table();
  },
  paused({ paused: now }) {
    const point = last()?.points.at(-1);
    if (!point || last().file) return;
    paused = now;
    say(fill(paused ? "paused" : "running", { ...point, epoch: Math.ceil(point.epoch) }));
  },
  own({ own: sha256, said }) {
    own = sha256;
    write(".said", said);
    table();
  },
  tested(test) {
    const run = runs.find((it) => it.sha256 === test.tested);
    if (run) run.test = test.declined ? null : test;
    if (test.declined) write(".declined", sentence(test.declined));
    table();
  },
  declined: ({ declined }) => write(".declined", sentence(declined)), // what goes on goes on
  refused: ({ refused }) => write(".said", refused),
  error({ error }) {
    drop();
    draw();
    say(sentence(error));
  },
};

watch("value", () => {
  const message = props.value ?? {};
  const kind = Object.keys(told).find((name) => name in message);
  if (kind) told[kind](message);
});

find("input").addEventListener("change", ({ target }) => {
  const reader = new FileReader(), [file] = target.files;
  reader.onload = () => trigger("upload", { file: reader.result.split(",")[1] ?? "" });
  if (file?.size > largest) {
    const [size, most] = [file.size, largest].map((it) => it.toLocaleString("en"));
    write(".said", fill("large", { size, most }));
    props.value = {}; // else an equal refusal by the server would be no news
  } else if (file) reader.readAsDataURL(file);
  target.value = "";
});

// Whoever leaves the room ends the training.
new ResizeObserver(() => {
  if (!element.offsetParent && last() && !last().file) trigger("clear");
}).observe(element);
draw();
