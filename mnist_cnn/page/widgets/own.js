// The learner's own network, kept in this browser: its file in IndexedDB, and its sha256, by which the
// server knows it, as this component's value. A server that has forgotten it is sent the file. Runs
// once (element, props, trigger, watch).
const STORE = "network", KEY = "own", NAME = "own-network";

const resultOf = (request) => new Promise((done, failed) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});

// null where the browser lets no page keep anything.
const database = (async () => {
  const opening = indexedDB.open("cnn-lesson-network", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  return resultOf(opening);
})().catch(() => null);

async function store(mode) {
  return (await database)?.transaction(STORE, mode).objectStore(STORE);
}

function remember(sha256) {
  try {
    return sha256 ? localStorage.setItem(NAME, sha256) : localStorage.getItem(NAME);
  } catch {
    return null; // as above
  }
}

watch("value", async () => {
  const { sha256, file, unknown } = props.value ?? {};
  if (unknown) {
    const kept = await store("readonly"), file = kept && (await resultOf(kept.get(KEY)));
    props.value = {};
    if (file) trigger("upload", { file });
  } else if (file) {
    props.value = { sha256 }; // goes with every request: without the file
    remember(sha256);
    setTimeout(() => document.dispatchEvent(new Event("own")));
    (await store("readwrite"))?.put(file, KEY);
  }
});

if (remember())
  setTimeout(() => { // Gradio has put its first value in its place
    props.value = { sha256: remember() };
    trigger("edit"); // does the server know it still?
  });
