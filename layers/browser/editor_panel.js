// The bar above the map and the panel beside it, in one language at a time.
const MODES = [
  ["before", "B"],
  ["follow", "L"],
  ["snap", "N"],
];
const STEPS = [
  ["undo", "Ctrl+Z"],
  ["redo", "Ctrl+Y"],
  ["save", "S"],
];
const FOUND = 8;

// an element from its tag, properties and children; texts are never read as markup
function node(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === false || value === null) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(
    ...children.flat().filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

function draftPanel(root, model, tools, session, act) {
  const word = (key, gaps = {}) => {
    const text = session.words[session.lang]?.[key] ?? session.words.zh?.[key] ?? key;
    return text.replace(/\{(\w+)\}/g, (_, name) => gaps[name] ?? "");
  };
  const either = (both) =>
    (typeof both === "object" && both ? both[session.lang] || both.zh : both) ?? "";

  const bar = node("header", { class: "editor-bar" });
  const map = node("div", { class: "editor-map", tabindex: 0, role: "application" });
  const hint = node("div", { class: "editor-hint" });
  const message = node("div", {
    class: "editor-message",
    role: "status",
    "aria-live": "polite",
    hidden: true,
  });
  const spoken = node("div", { class: "editor-spoken", "aria-live": "polite" });
  const aside = node("aside", { class: "editor-panel" });
  root.append(bar, node("div", { class: "editor-stage" }, map, hint, message, spoken), aside);

  // --- bar -----------------------------------------------------------------------

  function button(name, key, isOn, isOff = false) {
    const isToggle = isOn !== undefined;
    return node(
      "button",
      {
        type: "button",
        "data-act": name,
        disabled: isOff,
        title: `${word(`${name}_long`)} (${key})`,
        "aria-pressed": isToggle ? String(isOn) : undefined,
        "aria-keyshortcuts": key.replace("Ctrl", "Control"),
        onclick: () => act(name),
      },
      node("span", {}, word(name)),
      node("kbd", { "aria-hidden": "true" }, key),
    );
  }

  function drawBar() {
    const focused = bar.contains(document.activeElement) ? document.activeElement.dataset.act : "";
    const { info } = session;
    const isClosed = session.isWaiting;
    const isOff = { undo: !info.canUndo, redo: !info.canRedo, save: !info.canSave };
    const isOn = {
      before: session.isBefore,
      follow: tools.state.isFollowing,
      snap: tools.state.isSnapping,
    };
    bar.replaceChildren(
      node(
        "div",
        { class: "editor-title" },
        node("h1", {}, either(info.title) || word("title")),
        node("p", {}, info.author ? word("author", { author: info.author }) : ""),
      ),
      node(
        "div",
        { class: "editor-buttons", role: "toolbar", "aria-label": word("tools") },
        Object.entries(TOOLS).map(([name, { key }]) =>
          button(name, key, tools.state.name === name, isClosed),
        ),
        button("suggest", "G", undefined, isClosed || !info.canSuggest),
      ),
      node(
        "div",
        { class: "editor-buttons", role: "toolbar", "aria-label": word("view") },
        MODES.map(([name, key]) => button(name, key, isOn[name])),
      ),
      node(
        "div",
        { class: "editor-buttons editor-steps", role: "toolbar", "aria-label": word("steps") },
        STEPS.map(([name, key]) => button(name, key, undefined, isClosed || isOff[name])),
      ),
      node(
        "button",
        {
          type: "button",
          class: "editor-language",
          "data-act": "language",
          lang: session.lang === "zh" ? "en" : "zh-CN",
          onclick: () => act("language"),
        },
        session.lang === "zh" ? "English" : "中文",
      ),
    );
    if (focused) bar.querySelector(`[data-act="${focused}"]`)?.focus();
  }

  // --- what to do now --------------------------------------------------------------

  function hintText() {
    const { name, chosen } = tools.state;
    if (session.isWaiting) return word("loading");
    if (!name) return word("hint_none");
    if (name === "merge") return word(chosen.length > 1 ? "hint_merge_ready" : "hint_merge");
    if (name === "vertex") return word(tools.state.lifted ? "hint_vertex_lifted" : "hint_vertex");
    if (!tools.isReady()) return word(`hint_${name}_${chosen.length}`);
    return word(tools.points().length ? `hint_${name}_draw` : `hint_${name}_start`);
  }

  function drawHint() {
    const { name, stretches } = tools.state;
    const small = (act_, key, isOff) =>
      node(
        "button",
        { type: "button", "data-act": act_, disabled: isOff, onclick: () => act(act_) },
        word(act_),
        node("kbd", { "aria-hidden": "true" }, key),
      );
    hint.replaceChildren(
      node("p", {}, name && node("b", {}, word(`${name}_long`)), node("span", {}, hintText())),
      ...(name
        ? [
            node(
              "div",
              {},
              small("finish", "Enter", !tools.whole() && !tools.state.lifted),
              small("back", "⌫", !stretches.length),
              small("cancel", "Esc"),
            ),
          ]
        : []),
    );
    hint.classList.toggle("is-busy", tools.state.isBusy);
  }

  function say(text, kind = "note", place = null) {
    message.hidden = !text;
    message.className = `editor-message is-${kind}`;
    message.setAttribute("role", kind === "refused" ? "alert" : "status");
    message.replaceChildren(
      node("p", {}, kind === "refused" && node("b", {}, word("refused")), either(text)),
      place
        ? node("button", { type: "button", onclick: () => act("look", place) }, word("look"))
        : "",
      node(
        "button",
        {
          type: "button",
          class: "editor-close",
          "aria-label": word("close"),
          onclick: () => say(""),
        },
        "×",
      ),
    );
  }

  // --- panel -------------------------------------------------------------------------

  const find = node("section", { class: "editor-find" });
  const choice = node("section", { class: "editor-choice" });
  const figures = node("section", { class: "editor-figures" });
  const past = node("section", { class: "editor-past" });
  const legend = node("section", { class: "editor-legend" });
  aside.append(find, choice, figures, past, legend);

  function drawFind() {
    const list = node("ul");
    const go = (id) => {
      list.replaceChildren();
      act("find", id);
    };
    let matches = [];
    const show = ({ target }) => {
      const text = target.value.trim().toLowerCase();
      const has = (grid) => `${grid.id} ${grid.name ?? ""}`.toLowerCase().includes(text);
      matches = text ? [...model.grids.values()].filter(has) : [];
      matches.sort((one, other) => other.id.endsWith(text) - one.id.endsWith(text));
      list.replaceChildren(
        ...matches
          .slice(0, FOUND)
          .map((grid) =>
            node(
              "li",
              {},
              node(
                "button",
                { type: "button", onclick: () => go(grid.id) },
                node("b", {}, grid.id),
                node("span", {}, grid.name ?? ""),
              ),
            ),
          ),
      );
      if (text && !matches.length)
        list.append(node("li", { class: "is-empty" }, word("not_found")));
    };
    const keys = (event) => {
      if (event.key === "Enter" && matches[0]) go(matches[0].id);
      if (event.key === "Escape") {
        list.replaceChildren();
        map.focus();
      }
      if (event.key === "ArrowDown") list.querySelector("button")?.focus();
    };
    const input = node("input", {
      type: "search",
      placeholder: word("find"),
      "aria-label": word("find_long"),
      oninput: show,
      onkeydown: keys,
      autocomplete: "off",
    });
    const move = ({ key, target }) => {
      const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[key];
      if (step) (target.closest("li")?.[step]?.firstChild ?? input).focus();
    };
    list.addEventListener("keydown", move);
    find.replaceChildren(input, node("kbd", { "aria-hidden": "true" }, "F"), list);
  }

  function chip(id, row) {
    const { name, chosen } = tools.state;
    const keep =
      name === "merge" &&
      node(
        "label",
        {},
        node("input", {
          type: "radio",
          name: "keep",
          value: id,
          checked: tools.keeper() === id,
          onchange: () => act("keep", id),
        }),
        word("keep"),
      );
    return node(
      "li",
      { style: `--receiver: ${session.colours.receivers[row % session.colours.receivers.length]}` },
      node("b", {}, id),
      node("span", {}, model.grids.get(id)?.name ?? ""),
      keep,
      chosen.length
        ? ""
        : node(
            "button",
            {
              type: "button",
              "aria-label": word("zoom_to", { grid: id }),
              onclick: () => act("find", id),
            },
            word("show"),
          ),
    );
  }

  function drawChoice() {
    const { name, chosen, selected, moves } = tools.state;
    const ids = name || chosen.length ? chosen : selected;
    const tick = (what) =>
      node(
        "label",
        {},
        node("input", {
          type: "checkbox",
          checked: moves.has(what),
          onchange: () => act("moves", what),
        }),
        word(`moves_${what}`),
      );
    choice.replaceChildren(
      node("h2", {}, word(name ? "chosen" : "selected")),
      ids.length
        ? node("ul", {}, ids.map(chip))
        : node("p", { class: "is-quiet" }, word("none_chosen")),
      name
        ? node(
            "div",
            { class: "editor-moves" },
            node("span", {}, word("frozen")),
            tick("communities"),
            tick("outline"),
          )
        : "",
    );
  }

  const table = draftFigures(figures, tools, session, word, either);

  function drawPast() {
    const rows = session.past.map((note, i) =>
      node("li", { class: i >= session.done ? "is-undone" : "" }, either(note)),
    );
    past.replaceChildren(
      node("h2", {}, word("past", { count: session.done })),
      rows.length
        ? node("ol", {}, rows)
        : node("p", { class: "is-quiet" }, word("nothing_changed")),
    );
    past.querySelector("ol")?.scrollTo(0, 1e6);
  }

  function drawLegend() {
    const { colours } = session;
    const hasLoads = [...model.grids.values()].some(({ tint }) => tint >= 0);
    const swatches = colours.loads.map((colour) => node("i", { style: `background: ${colour}` }));
    const sample = (kind) =>
      node("li", {}, node("i", { class: `editor-line is-${kind}` }), word(`line_${kind}`));
    legend.replaceChildren(
      node("h2", {}, word("legend")),
      hasLoads
        ? node(
            "div",
            { class: "editor-loads" },
            node("span", {}, word("load_low")),
            swatches,
            node("span", {}, word("load_high")),
          )
        : node("p", { class: "is-quiet" }, word("no_loads")),
      node(
        "ul",
        {},
        ["grid", "community", "outline", "street", "drawn", "proposed", "before", "refused"].map(
          sample,
        ),
      ),
      node("details", {}, node("summary", {}, word("keys")), node("p", {}, word("keys_text"))),
    );
  }

  function drawAll() {
    root.lang = session.lang === "zh" ? "zh-CN" : "en";
    map.setAttribute("aria-label", word("map"));
    drawBar();
    drawHint();
    drawFind();
    drawChoice();
    table.draw();
    drawPast();
    drawLegend();
  }

  return {
    map,
    word,
    either,
    say,
    drawAll,
    drawBar,
    drawHint,
    drawChoice,
    drawFigures: table.draw,
    dimFigures: table.dim,
    drawPast,
    speak(text) {
      if (spoken.textContent !== text) spoken.textContent = text;
    },
    findBox: () => find.querySelector("input"),
  };
}
