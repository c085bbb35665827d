// Puts the editor together: map, tools, panel, keys, and the answers of Python.
function coloursOf(root) {
  const style = getComputedStyle(root);
  const of = (name) => style.getPropertyValue(`--${name}`).trim();
  const listed = (name, count) => Array.from({ length: count }, (_, i) => of(`${name}-${i + 1}`));
  const names = [
    "paper",
    "card",
    "ink",
    "quiet",
    "outline",
    "mark",
    "accent",
    "good",
    "refused",
    "line",
    "halo",
  ];
  return {
    ...Object.fromEntries(names.map((name) => [name, of(name)])),
    border: of("grid-border"),
    loads: listed("load", 5),
    receivers: listed("receiver", 8),
  };
}

export function mount(root, { send, onReceive, L, words, lang }) {
  root.classList.add("pagoda-editor");
  root.setAttribute("data-lm-suppress-shortcuts", "true"); // JupyterLab has keys of its own
  const model = draftModel();
  const line = draftExchange(send);
  const session = {
    words,
    lang,
    info: {},
    colours: coloursOf(root),
    isWaiting: true,
    isBefore: false,
    figures: { kind: "", rows: [] },
    past: [],
    done: 0,
  };
  let view = null;
  let pointer = null;
  let before = null;

  const tools = draftTools(
    {
      getZoom: () => map.getZoom(),
      containerPointToLatLng: (point) => map.containerPointToLatLng(point),
      latLngToContainerPoint: ([lat, lng]) => map.latLngToContainerPoint([lat, lng]),
    },
    model,
    {
      preview: line.preview,
      forget: line.forget,
      follow: line.follow,
      apply: (operation) => line.ask("apply", { operation, note: noteOf(operation) }),
    },
    changed,
  );
  const panel = draftPanel(root, model, tools, session, (name, value) => acts[name](value));
  const map = L.map(panel.map, {
    attributionControl: false,
    zoomControl: false,
    doubleClickZoom: false,
    keyboard: false,
    boxZoom: false,
    zoomSnap: 0.25,
    zoomAnimation: false,
    fadeAnimation: false,
    maxZoom: 21,
    center: [0, 0],
    zoom: 2,
  });
  L.control.scale({ imperial: false, maxWidth: 140, position: "bottomright" }).addTo(map);
  view = draftCanvas(L, map, model, session.colours);

  // --- what has changed is drawn -------------------------------------------------------

  function redraw() {
    const changes = session.isBefore ? (before ??= model.changes()) : null;
    view?.show(tools.scene(changes, pointer?.hasCrosshair()));
  }

  function changed(what) {
    if (!view) return;
    if (what === "pointer") return redraw();
    if (what === "tool" || what === "busy") panel.drawBar();
    if (what === "tool") panel.say(""); // a refusal is of what was drawn before
    if (what === "tool" || what === "selection") {
      panel.drawChoice();
      askFigures();
    }
    panel.drawHint();
    redraw();
  }

  function askFigures() {
    const { chosen, selected, name } = tools.state;
    const grids = name ? chosen : selected;
    if (grids.length) line.ask("figures", { grids });
  }

  function showFigures(kind, rows) {
    session.figures = { kind, rows };
    panel.drawFigures();
  }

  // --- answers of Python -----------------------------------------------------------------

  const answers = {
    map(message, buffers) {
      model.load(message, buffers);
      Object.assign(session, { info: message, isWaiting: false, past: [], done: 0 });
      before = null;
      panel.drawAll();
      const [west, south, east, north] = message.bounds;
      map.invalidateSize({ animate: false });
      map.fitBounds(
        [
          [south, west],
          [north, east],
        ],
        { animate: false, padding: [24, 60] },
      );
      view.refresh(true);
      redraw();
    },
    changed(message, buffers, type) {
      model.change(message, buffers);
      before = null;
      Object.assign(session.info, {
        canUndo: message.canUndo,
        canRedo: message.canRedo,
        revision: message.revision,
      });
      remember(type, message);
      const rows = message.figures ?? [];
      tools.settle(rows.map(({ grid }) => grid).filter(Boolean));
      showFigures("done", rows);
      panel.drawAll();
      const [warning] = message.warnings ?? [];
      panel.say(warning ?? message.text ?? "", warning ? "warning" : "done");
      view.refresh(true);
      redraw();
    },
    figures(message, buffers, type) {
      if (type === "preview") {
        tools.state.refusal = null;
        tools.state.proposed = model.pathsOf(buffers);
        if (panel.map.parentNode.querySelector(".editor-message.is-trial")) panel.say("");
        showFigures("preview", message.figures);
        redraw();
      } else if (type === "figures") showFigures("now", message.figures);
    },
    refused(message, _, type) {
      if (type === "stale") return;
      if (type !== "preview") line.fail(); // a way may be asked for meanwhile
      const onMap = (lonLat) => [toX(lonLat[0]), toY(lonLat[1])];
      const refusal = { line: message.line?.map(onMap), at: message.at && onMap(message.at) };
      if (type === "preview") {
        Object.assign(tools.state, { refusal, proposed: null });
        panel.say(message, "trial", message.at);
        panel.dimFigures();
        redraw();
      } else {
        tools.refuse(refusal);
        panel.dimFigures();
        panel.say(message, "refused", message.at);
        panel.drawBar();
      }
    },
    path(message) {
      line.path(message.line);
    },
    saved(message) {
      panel.say(message, "done");
    },
    busy(message) {
      panel.say(message, "note");
    },
    error(message) {
      line.fail();
      tools.state.isBusy = false;
      panel.say(message, "refused");
      panel.drawAll();
    },
  };

  function receive(message, buffers = []) {
    const type = line.answered(message.seq);
    answers[message.type]?.(message, buffers, type);
  }

  function remember(type, message) {
    if (type === "undo") session.done = Math.max(0, session.done - 1);
    else if (type === "redo") session.done += 1;
    else {
      session.past.splice(session.done, Infinity, message.note || message.text || "");
      session.done += 1;
    }
  }

  // one sentence for the list of steps, in Chinese as the rest of the file
  function noteOf(operation) {
    const { name, a, b, grid, grids, keep } = operation;
    const gaps = { a, b, grid, keep, grids: grids?.join("、") };
    return (words.zh[`note_${name}`] ?? name).replace(/\{(\w+)\}/g, (_, gap) => gaps[gap] ?? "");
  }

  // --- the planner's choices ----------------------------------------------------------------

  function goTo(id) {
    const grid = model.grids.get(id);
    if (!grid) return;
    const [west, north, east, south] = model.boundsOf(grid);
    map.fitBounds(
      [
        [toLat(south), toLon(west)],
        [toLat(north), toLon(east)],
      ],
      { padding: [90, 110], maxZoom: 18, animate: false },
    );
    if (tools.state.name && !tools.isReady()) tools.choose(id);
    else if (!tools.state.name) tools.select(id);
    panel.map.focus();
    pointer.again();
  }

  function suggest() {
    const { chosen, selected, pointer } = tools.state;
    const grid = chosen[0] ?? selected[0] ?? pointer?.grid?.id;
    if (!grid) return panel.say({ zh: words.zh.suggest_none, en: words.en.suggest_none }, "note");
    tools.state.isBusy = true;
    panel.drawHint();
    return line.ask("suggest", { grid });
  }

  function switchMode(name) {
    if (name === "before") session.isBefore = !session.isBefore;
    if (name === "follow") tools.state.isFollowing = !tools.state.isFollowing;
    if (name === "snap") tools.state.isSnapping = !tools.state.isSnapping;
    panel.drawBar();
    redraw();
  }

  function ask(name) {
    const { info } = session;
    if ({ undo: info.canUndo, redo: info.canRedo, save: info.canSave }[name] && !tools.state.isBusy)
      line.ask(name);
  }

  const acts = {
    suggest,
    before: () => switchMode("before"),
    follow: () => switchMode("follow"),
    snap: () => switchMode("snap"),
    undo: () => ask("undo"),
    redo: () => ask("redo"),
    save: () => ask("save"),
    finish: tools.finish,
    back: tools.back,
    cancel: tools.escape,
    find: goTo,
    search() {
      panel.findBox().focus();
      panel.findBox().select(); // what is typed takes the place of the last code
    },
    look: ([lon, lat]) => map.setView([lat, lon], Math.max(map.getZoom(), 18), { animate: false }),
    language() {
      session.lang = session.lang === "zh" ? "en" : "zh";
      panel.drawAll();
    },
    keep(id) {
      tools.state.keep = id;
      tools.propose();
    },
    moves(what) {
      const { moves } = tools.state;
      if (!moves.delete(what)) moves.add(what);
      tools.propose();
    },
  };

  for (const name of Object.keys(TOOLS)) {
    acts[name] = () => tools.use(tools.state.name === name ? "" : name);
  }

  pointer = draftPointer(root, map, tools, acts, (grid) =>
    panel.speak(grid ? panel.word("over_grid", { grid: grid.id }) : panel.word("over_none")),
  );

  // --- size and start ----------------------------------------------------------------------------------

  const sizes = new ResizeObserver(() => {
    map.invalidateSize({ animate: false });
    view.refresh(true);
  });
  sizes.observe(panel.map);
  panel.drawAll();
  onReceive?.(receive);
  line.ask("open");
  return {
    receive,
    destroy() {
      sizes.disconnect();
      view.destroy();
      map.remove();
      root.replaceChildren();
    },
  };
}
