// What happens, as it happens: one stream a page, closed while nobody looks, and told on
// from the last row that came, so that nothing is missed.
const LISTENING = 10_000; // after so long without a word the reader is told, ms
const TRIES = 2_000; // a stream that broke for good is opened again after, ms

// `heard` gets each action; `changed` whether the stream lives, and how long it is silent.
export function liveStream(path, { heard, pulsed, changed }) {
  let source;
  let row; // of the last action
  let heardAt = performance.now();
  let isStopped = false;
  let timer;

  function open() {
    clearTimeout(timer);
    source?.close();
    source = undefined;
    if (isStopped || document.hidden) return;
    source = new EventSource(row === undefined ? path : `${path}?after=${row}`);
    source.addEventListener("pulse", (event) => {
      note(event);
      pulsed(JSON.parse(event.data));
    });
    source.addEventListener("action", (event) => {
      note(event);
      heard(JSON.parse(event.data));
    });
    source.addEventListener("error", () => {
      if (source?.readyState === EventSource.CLOSED) timer = setTimeout(open, TRIES);
    });
  }

  function note({ lastEventId }) {
    heardAt = performance.now();
    if (lastEventId !== "") row = Number(lastEventId);
    tell();
  }

  function tell() {
    const silent = performance.now() - heardAt;
    changed({ isStopped, silent: silent < LISTENING ? 0 : silent });
  }

  document.addEventListener("visibilitychange", open);
  setInterval(tell, 1000);
  open();
  return {
    stop() {
      isStopped = true;
      open();
      tell();
    },

    go() {
      if (!isStopped) return;
      isStopped = false;
      heardAt = performance.now();
      open();
      tell();
    },
  };
}

// Calls `work` at once, and then at most once in a while, the last call never lost.
export function sparing(work, pause) {
  let timer;
  let last = -Infinity;
  const run = () => {
    timer = undefined;
    last = performance.now();
    work();
  };
  return () => {
    timer ??= setTimeout(run, Math.max(0, last + pause - performance.now()));
  };
}
