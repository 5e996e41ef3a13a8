// The digits that the learner keeps, in a database of this browser's own (IndexedDB).
const DATABASE = "cnn-lesson", STORE = "digits";
const fromBase64 = (text) => Uint8Array.from(atob(text), (it) => it.charCodeAt(0));

// One digit: {id, name, person, label, answers, weights, digit, notebook, taken}. `name` is that of the
// file it came from, `person` that of the saved tray; the last three are 28×28 pixels MNIST's own way,
// 28×28 the notebook's way, and the picture as it was taken, a Blob. None is ever changed: another one
// takes its place.
async function received(digit, name, weights) { // from the server
  const [seen, notebook] = [digit.digit, digit.notebook].map(fromBase64);
  const taken = await (await fetch(digit.taken)).blob();
  return { ...digit, name, person: null, weights, digit: seen, notebook, taken };
}

const resultOf = (request) => new Promise((done, failed) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});

// null where the browser lets no page keep anything.
const database = (async () => {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: "id", autoIncrement: true });
  return resultOf(opening);
})().catch(() => null);

async function store(mode) {
  return (await database)?.transaction(STORE, mode).objectStore(STORE);
}
