// What stands now, beside the map: headline figures, and the lists of what waits.
import { fill, h, svg } from "./dom.js";

const MOST_EVENTS = 12;
// headline figures: caption, the figures that it shows (ids of the registry)
const TILES = [
  ["today", ["events"]], ["open", ["open"]], ["overdue", ["overdue"]],
  ["places", ["red", "yellow"]], ["checks", ["checks_overdue"]],
  ["areas", ["red_areas", "orange_areas"]],
];
// figures of which more is worse
const QUIET = new Set(["events"]);

export function liveLists({ page, words, names, styles, select }) {
  const { caption, number } = words;
  const said = (name, values = {}) => caption(...page.words[name].map((text) =>
    text.replace(/\{(\w+)\}/g, (_, key) => values[key])));
  const text = ({ zh, en }) => caption(zh, en);
  // the letter tells the colours apart for who does not see them
  const swatch = (level) => h("i", { class: `level level-${level}`, style: { color: styles[level].ink } },
    words.letter(styles[level]));
  const lists = document.querySelector(".lists");
  const shown = { events: [] };

  // --- figures -------------------------------------------------------------

  function change(figures) {
    if (figures.some(({ before }) => before === null)) return h("p", { class: "change" }, said("no_before"));
    const now = figures.reduce((sum, { value }) => sum + value, 0);
    const before = figures.reduce((sum, figure) => sum + figure.before, 0);
    const [sign, step] = now > before ? ["▲", "more"] : now < before ? ["▼", "less"] : ["＝", "same"];
    const worse = step === "more" && !QUIET.has(figures[0].figure) ? " worse" : "";
    return h("p", { class: `change ${step}${worse}` }, h("b", {}, `${sign} ${number(Math.abs(now - before))}`),
      " ", said("week_ago", { before: number(before) }));
  }

  function tile([name, ids], all) {
    const figures = ids.map((id) => all[id]).filter(Boolean);
    if (figures.length < ids.length) return null;
    const values = figures.map(({ figure, value }) =>
      h("span", { "data-figure": figure, class: `value of-${figure}` }, number(value)));
    const parts = values.flatMap((value, index) => (index ? [h("i", { class: "and" }, "/"), value] : [value]));
    return h("div", { class: "tile" }, h("h2", {}, said(name)), h("p", { class: "values" }, parts), change(figures));
  }

  function figuresOf({ figures }) {
    const all = Object.fromEntries(figures.map((figure) => [figure.figure, figure]));
    fill(document.querySelector(".figures"), TILES.map((entry) => tile(entry, all)));
  }

  // --- lists ---------------------------------------------------------------

  const area = (id) => (id && names.has(id)
    ? h("button", { type: "button", class: "area", "data-area": id }, h("bdi", {}, names.get(id)))
    : h("span", { class: "area" }, id || said("no_grid")));
  const due = (value) => h("span", { class: `due ${value.urgency}` }, text(value.words));

  function section(name, rows, total, none) {
    const more = total > rows.length ? h("p", { class: "more" }, said("more", { n: number(total) })) : null;
    return h("section", { class: name }, h("h2", {}, said(name)),
      rows.length ? h("ul", {}, rows) : h("p", { class: "none" }, said(none)), more);
  }

  function bars(parts) {
    const most = Math.max(1, ...parts.map(({ events }) => events));
    return parts.map(({ code, name, events, open, overdue }) =>
      h("li", { class: "bar-row", "data-part": code }, h("span", { class: "name" }, text(name)),
        svg("svg", { class: "bar", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
          svg("rect", { class: "all", width: (100 * events) / most, height: 8 }),
          svg("rect", { class: "owed", width: (100 * open) / most, height: 8 })),
        h("b", {}, number(events)),
        h("small", {}, said("open_of", { open: number(open), overdue: number(overdue) }))));
  }

  const eventRow = (event, isNew) => h("li", { class: isNew ? "new" : null, "data-event": event.event_id },
    h("span", { class: "when" }, event.occurred.slice(-5)),
    h("b", {}, text(event.kind)), area(event.grid_id),
    h("span", { class: "state" }, text(event.state)), event.due.at ? due(event.due) : null);
  const lateRow = (event) => h("li", { "data-event": event.event_id },
    h("b", {}, text(event.kind)), area(event.grid_id), h("span", { class: "post" }, event.post_id), due(event.due));
  const whistleRow = (row) => h("li", {}, h("b", {}, text(row.department)), area(row.area_id), due(row.due));
  const postRow = (row) => h("li", {}, area(row.area_id), h("b", {}, said(row.reason || "vacant_post")),
    row.stand_in ? h("span", {}, said("stand_in"), " ", row.stand_in) : null,
    h("span", { class: "post" }, row.post_id));
  const colourRow = (row) => h("li", {}, area(row.grid_id), swatch(row.before), "→", swatch(row.level),
    h("span", { class: row.level > row.before ? "worse" : "better" }, said(row.level > row.before ? "worse" : "better")));
  const worstRow = ({ id, level, score }) => h("li", {}, swatch(level), area(id), h("b", { "data-figure": "score" }, number(score)));

  // the lists are drawn whole each time: they are short
  function draw(now, worst) {
    figuresOf(now);
    shown.events = now.events;
    fill(lists,
      section("parts", bars(now.modules), 0, "none"),
      section("last", now.events.map((event) => eventRow(event)), 0, "none"),
      section("worst", worst.map(worstRow), 0, "none"),
      section("late", now.overdue.map(lateRow), now.totals.overdue, "none_late"),
      section("missing", now.vacant.map(postRow), now.totals.vacant, "none_missing"),
      section("whistles", now.whistles.map(whistleRow), now.totals.whistles, "none_whistles"),
      section("changed", now.colours.map(colourRow), now.totals.colours, "none_changed"),
      section("lines", bars(now.lines.filter(({ events }) => events)), 0, "none"));
  }

  // an event that just came, before its figures are counted
  function add(event) {
    shown.events = [event, ...shown.events.filter(({ event_id: id }) => id !== event.event_id)].slice(0, MOST_EVENTS);
    const box = lists.querySelector(".last");
    if (!box) return;
    fill(box, h("h2", {}, said("last")), h("ul", {}, shown.events.map((row) => eventRow(row, row === event))));
  }

  lists.addEventListener("click", ({ target }) => {
    const id = target.closest("[data-area]")?.dataset.area;
    if (id) select(id);
  });
  return { draw, add, said };
}
