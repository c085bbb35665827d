// Figures of grids before and after, with what is beyond the rule for them.
function draftFigures(figures, tools, session, word, either) {
  function number(value) {
    if (typeof value !== "number") return value === "not loaded" ? word("not_loaded") : "–";
    const digits = Number.isInteger(value)
      ? 0
      : Math.abs(value) < 10
        ? 2
        : Math.abs(value) < 1000
          ? 1
          : 0;
    return value.toLocaleString("en-US", {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  }

  function limitText(limit) {
    if (!Array.isArray(limit))
      return word("limit", { limit: typeof limit === "number" ? number(limit) : either(limit) });
    const [least, most] = limit;
    if (least === null || least === undefined) return word("limit_most", { most: number(most) });
    if (most === null || most === undefined) return word("limit_least", { least: number(least) });
    return word("limit_both", { least: number(least), most: number(most) });
  }

  function change(before, after) {
    if (typeof before !== "number" || typeof after !== "number") return "";
    const difference = after - before;
    const shown = number(Math.abs(difference));
    if (!difference || Number(shown.replace(/,/g, "")) === 0) return "";
    return `${difference > 0 ? "+" : "−"}${shown}`;
  }

  // a grid that is as it was has one column
  const isUnchanged = ({ before, after }) =>
    before && after && Object.keys(before).every((name) => before[name] === after[name]);

  function figureRow({ name, unit, ...names }, { before, after, beyond, estimates }, isOneColumn) {
    const isMissing = (value) => value === null || value === undefined || value === "not loaded";
    const values = [before?.[name], after?.[name]];
    if (values.every(isMissing)) return null;
    const excess = (beyond ?? []).find((one) => one.name === name);
    const difference = change(...values);
    return node(
      "tr",
      { class: excess ? "is-beyond" : difference ? "is-changed" : "" },
      node(
        "th",
        { scope: "row" },
        either(names),
        node("small", {}, either(unit)),
        excess ? node("em", {}, limitText(excess.limit)) : "",
      ),
      isOneColumn ? "" : node("td", {}, number(values[0])),
      estimates?.includes(name)
        ? node("td", { title: word("estimate") }, `≈ ${number(values[1])}`)
        : node("td", {}, number(values[1])),
      isOneColumn ? "" : node("td", { class: "editor-change" }, difference),
    );
  }

  function missing(entry) {
    const names = (session.info.figureNames ?? []).filter(({ name }) =>
      [entry.before?.[name], entry.after?.[name]].includes("not loaded"),
    );
    return names.length
      ? node(
          "p",
          { class: "is-quiet" },
          word("layers_missing", {
            names: names.map(either).join(session.lang === "zh" ? "、" : ", "),
          }),
        )
      : "";
  }

  function kindOf({ before, after }) {
    const isEmpty = (side) => !side || !Object.keys(side).length;
    return isEmpty(before) ? "created" : isEmpty(after) ? "retired" : "";
  }

  function gridTable(entry) {
    const { chosen, selected } = tools.state;
    const kind = kindOf(entry);
    const isOneColumn = Boolean(isUnchanged(entry));
    const id = entry.grid || word("new_grid");
    const rows = (session.info.figureNames ?? [])
      .map((name) => figureRow(name, entry, isOneColumn))
      .filter(Boolean);
    const row = (chosen.length ? chosen : selected).indexOf(entry.grid);
    return node(
      "article",
      {
        style:
          row < 0
            ? undefined
            : `--receiver: ${session.colours.receivers[row % session.colours.receivers.length]}`,
      },
      node("h3", {}, id, kind && node("span", { class: `editor-kind is-${kind}` }, word(kind))),
      node(
        "table",
        {},
        node(
          "thead",
          {},
          node(
            "tr",
            {},
            node("th"),
            (isOneColumn ? ["now"] : ["was", "is", "change"]).map((key) =>
              node("th", { scope: "col" }, word(key)),
            ),
          ),
        ),
        node("tbody", {}, rows),
      ),
      missing(entry),
    );
  }

  function drawFigures() {
    const { kind, rows } = session.figures;
    figures.classList.toggle("is-preview", kind === "preview");
    figures.classList.remove("is-stale");
    const order = new Map(tools.state.chosen.map((id, row) => [id, row]));
    const sorted = [...rows].sort(
      (one, other) => (order.get(one.grid) ?? 99) - (order.get(other.grid) ?? 99),
    );
    figures.replaceChildren(
      node(
        "h2",
        {},
        word("figures"),
        kind && node("span", { class: "editor-kind" }, word(`figures_${kind}`)),
      ),
      ...(rows.length
        ? sorted.map(gridTable)
        : [node("p", { class: "is-quiet" }, word("no_figures"))]),
    );
  }

  return {
    draw: drawFigures,
    // what was tried before is no trial of what is drawn now
    dim: () => figures.classList.add("is-stale"),
  };
}
