// Between the page and the server: what is asked is asked again until it is answered. Neither a busy
// server nor one that is away, or new, costs anybody a drawing, for every request holds all that it
// needs (current_digit.py). Meanwhile the places of the page that wait are marked, and where it takes
// longer one of them says why. (Gradio itself would show a red message and reload the page.)
// Runs in the page's head, before Gradio; `connectionWords` are those of texts/.
(() => {
  const ask = window.fetch.bind(window);
  const words = window.connectionWords;
  const REFUSALS = { 429: words.BUSY, 503: words.BUSY, 502: words.AWAY, 504: words.AWAY };
  const FIRST_PAUSE = 500, LONGEST_PAUSE = 8000; // ms
  const SLOW = 1500; // ms without an answer, after which that is said
  const SILENCE = 40000; // ms without a word; of an answer on its way something is heard every 15 s

  // --- The places that wait: {element: {id of the listener that fills it: the event waited for}}
  const waiting = new Map();
  const sentence = document.createElement("p");
  sentence.className = "notice trouble";
  sentence.role = "status";

  function listenersFrom(id) {
    const listeners = window.gradio_config.dependencies;
    const next = listeners.filter((it) => it.trigger_after === id);
    return [...listeners.filter((it) => it.id === id), ...next.flatMap((it) => listenersFrom(it.id))];
  }

  function placeOf(output) {
    const { type, props } = window.gradio_config.components.find((it) => it.id === output) ?? {};
    const isShown = type === "html" && props.html_template === "${value}";
    return isShown ? document.getElementById(props.elem_id || `component-${output}`) : null;
  }

  function placesFrom(id) {
    return listenersFrom(id).flatMap((it) => it.outputs.map(placeOf)).filter(Boolean);
  }

  function begin(event) {
    for (const { id, outputs } of listenersFrom(event.fn))
      for (const place of outputs.map(placeOf).filter(Boolean)) {
        if (!waiting.has(place)) waiting.set(place, new Map());
        waiting.get(place).set(id, event);
        place.ariaBusy = "true";
      }
    setTimeout(() => waits(event) && !event.said && say(event, words.SLOW), SLOW);
  }

  function outputsOf(event) {
    return listenersFrom(event.fn)[0].outputs;
  }

  function waits(event) {
    return outputsOf(event).some((output) => waiting.get(placeOf(output))?.get(event.fn) === event);
  }

  function release(event, output) {
    const place = placeOf(output), listeners = waiting.get(place);
    if (listeners?.get(event.fn) !== event) return; // a newer one is on its way
    listeners.delete(event.fn);
    if (!listeners.size) place.ariaBusy = null;
    return place;
  }

  // Once the page has drawn it; a part of an answer says of the rest that it does not change yet.
  function arrived(event, part = []) {
    requestAnimationFrame(() => requestAnimationFrame(() => {
      outputsOf(event).forEach((output, at) => {
        if (part[at]?.__type__ === "update") return;
        const place = release(event, output);
        if (place) delete place.dataset.stale;
      });
      settle();
    }));
  }

  // The old answers go, and the first place that is seen says the sentence instead.
  function say(event, text) {
    event.said = true;
    for (const place of placesFrom(event.fn)) place.dataset.stale = "";
    if (sentence.textContent !== text) sentence.textContent = text;
    settle();
  }

  function settle() {
    const stale = [...document.querySelectorAll("[data-stale]")];
    const seen = stale.filter((it) => it.offsetParent && !["head", "weights"].includes(it.id));
    const place = seen[0] ?? (stale.length ? document.getElementById("head") : null);
    if (!place) sentence.remove();
    else if (sentence.parentElement !== place) place.append(sentence);
  }

  function refuse(event, said) {
    const reason = typeof said === "string" && said ? said : words.FAILED;
    say(event, reason);
    outputsOf(event).forEach((output) => release(event, output));
    for (const [id, name] of listenersFrom(event.fn)[0].targets) {
      const asker = window.gradio_config.components.find((it) => it.id === id)?.props.elem_id;
      const detail = { asker, name, data: event.body?.event_data, reason };
      document.dispatchEvent(new CustomEvent("refused", { detail }));
    }
  }

  function nothingNew(event) {
    return outputsOf(event).map(() => ({ __type__: "update" }));
  }

  // --- One request, until it is answered
  const sleepers = new Set();

  function pause(tries) {
    const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** tries);
    return new Promise((wake) => {
      sleepers.add(wake);
      setTimeout(wake, longest * (0.5 + Math.random() / 2)); // not all pages at once
    });
  }

  async function persist(url, init, inTrouble) {
    for (let tries = 0; ; tries++) {
      let why = words.AWAY;
      try {
        const response = await ask(url, init());
        const body = await response.text();
        why = REFUSALS[response.status];
        if (!why) return { ok: response.ok, body, again: () => new Response(body, response) };
      } catch {}
      inTrouble(why);
      await pause(tries);
    }
  }

  function parsed({ body }) {
    try {
      return JSON.parse(body);
    } catch {
      return {};
    }
  }

  // --- A listener without a queue: one request, one answer
  async function run(url, init) {
    const event = { fn: JSON.parse(init.body).fn_index };
    begin(event);
    const response = await persist(url, () => init, (text) => say(event, text));
    const answer = parsed(response);
    if (response.ok) {
      arrived(event);
      return response.again();
    }
    refuse(event, answer.error ?? answer.detail);
    return Response.json({ data: nothingNew(event) });
  }

  // --- A picture that is sent before its listener is called
  async function upload(url, init) {
    const photo = window.gradio_config.components.find((it) => it.props.elem_id === "photo");
    const { id, outputs } = window.gradio_config.dependencies.find((it) =>
      it.targets.some(([target]) => target === photo.id));
    const event = { fn: id };
    begin(event);
    const response = await persist(url, () => init, (text) => say(event, text));
    if (response.ok) return response.again();
    refuse(event, parsed(response).detail ?? response.body);
    return Response.json([]); // no file came of it
  }

  // --- A listener with a queue: Gradio joins it, and hears of all its events through one stream
  const events = new Map(); // {the server's name of an event: event}
  const early = new Map(); // {name: messages} that came before the name was known here
  let joining = 0; // requests for a name that are on their way
  let session = null; // ours, once Gradio's broke off: of a stream that ends, the server forgets all
  let feed = null; // of the stream that Gradio reads
  let backlog = []; // for the next such stream
  let address = null; // of Gradio's stream
  let listening = false, heard = 0, upstream = null;

  function tell(message) {
    if (feed) feed.enqueue(new TextEncoder().encode(`data: ${JSON.stringify(message)}\n\n`));
    else backlog.push(message);
  }

  function closeIfDone() {
    if (events.size || joining || !feed) return;
    tell({ msg: "close_stream" });
    feed.close();
    feed = null;
  }

  async function enter(event) {
    joining++;
    const init = () => {
      const body = session ? { ...event.body, session_hash: session } : event.body;
      return { ...event.init, body: JSON.stringify(body) };
    };
    const response = await persist(event.url, init, (text) => say(event, text));
    const { event_id, detail, error } = parsed(response);
    event.id ??= event_id ?? `refused-${Math.random()}`;
    joining--;
    if (response.ok && event_id) {
      events.set(event_id, event);
      for (const message of early.get(event_id) ?? []) handle(message);
      early.delete(event_id);
      if (feed) listen(); // the server's stream may have ended meanwhile
    } else complete(event, { success: false, output: { error: detail ?? error } });
  }

  function complete(event, { success, output, ...message }) {
    if (success) arrived(event);
    else refuse(event, output?.error);
    const result = success ? output : { data: nothingNew(event) };
    tell({ ...message, msg: "process_completed", event_id: event.id, success: true, output: result });
    closeIfDone();
  }

  function handle(message) {
    const event = events.get(message.event_id);
    if (!event) early.set(message.event_id, [...(early.get(message.event_id) ?? []), message]);
    else if (message.msg === "process_completed") {
      events.delete(message.event_id);
      complete(event, message);
    } else {
      if (message.msg === "process_generating" && message.success) arrived(event, message.output.data);
      tell({ ...message, event_id: event.id });
    }
  }

  async function join(url, init) {
    const body = JSON.parse(init.body);
    const event = { fn: body.fn_index, body, url, init };
    begin(event);
    await enter(event);
    return Response.json({ event_id: event.id });
  }

  function stream(url) {
    address = url;
    const body = new ReadableStream({
      start(controller) {
        feed = controller;
        backlog.splice(0).forEach(tell);
        closeIfDone();
        listen();
      },
      cancel() {
        feed = null;
      },
    });
    return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
  }

  async function listen() {
    if (listening) return;
    listening = true;
    for (let breaks = 0; events.size; breaks++) {
      const url = new URL(address);
      if (session) url.searchParams.set("session_hash", session);
      heard = Date.now();
      const before = events.size;
      if (await hearOut(url)) continue;
      if (events.size < before) breaks = 0;
      session = Math.random().toString(36).slice(2);
      const lost = [...events.values()];
      events.clear();
      joining++;
      await pause(breaks);
      await Promise.all(lost.map(enter));
      joining--;
      closeIfDone();
    }
    listening = false;
  }

  // Whether the stream came to its end.
  async function hearOut(url) {
    upstream = new AbortController();
    const watch = setInterval(wakeUp, SILENCE / 4);
    try {
      const response = await ask(url, { signal: upstream.signal });
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let text = ""; ; ) {
        const { done, value } = await reader.read();
        if (done) return false;
        heard = Date.now();
        const lines = (text + value).split("\n\n");
        text = lines.pop();
        for (const line of lines) {
          const message = JSON.parse(line.slice("data: ".length));
          if (message.msg === "close_stream") return true;
          if (message.event_id) handle(message);
          else if (message.msg !== "heartbeat") return false;
        }
      }
    } catch {
      return false;
    } finally {
      clearInterval(watch);
      upstream.abort();
    }
  }

  function wakeUp() {
    if (Date.now() - heard > SILENCE) upstream?.abort();
  }

  function hurry() {
    for (const wake of sleepers) wake();
    sleepers.clear();
    wakeUp();
  }
  window.addEventListener("online", hurry);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && hurry());

  window.fetch = (input, init) => {
    const url = new URL(input.url ?? input, location.href);
    const path = url.pathname;
    if (path.endsWith("/queue/join")) return join(url, init);
    if (path.endsWith("/queue/data")) return Promise.resolve(stream(url));
    if (path.endsWith("/run/predict")) return run(url, init);
    if (path.endsWith("/upload")) return upload(url, init);
    return ask(input, init);
  };
})();
