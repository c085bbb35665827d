// The panel beside the map: tiers, legend, past days, overlays, gaps, method card.
import { fill, h } from "./dom.js";
import { SIGNED } from "./points.js";
import { coded, LANGUAGES, speak } from "./words.js";

const FEW = 6; // scenes that need not be opened first
// how many the map has, by the ids of the registry
const AREAS = { "data-figure": "mapped_areas" };
const POINTS = { "data-figure": "mapped_points" };

export function panelOf(aside, model, words, points) {
  const { caption } = words;
  const { symbols } = model;
  const head = (zh, en, ...after) => h("h2", {}, caption(zh, en), after);
  const table = (...rows) => h("table", {}, h("tbody", {}, rows));
  const scoreName = model.score_name ?? ["得分", "Score"];

  function tiers() {
    return model.tiers.map((tier, index) => h("label", {},
      h("input", { type: "radio", name: "tier", value: index }),
      h("span", {}, caption(tier.zh, tier.en)), h("em", AREAS, tier.ids.length)));
  }

  function toggle(name, value, symbol, content, count) {
    const checked = value === "" ? points.on[name] : points.on[name][value];
    return h("label", {}, h("input", { type: "checkbox", name, value, checked }),
      symbol, h("span", {}, content), h("em", POINTS, count));
  }

  const tally = (digits, size) => {
    const counts = new Array(size).fill(0);
    for (const digit of digits) counts[digit]++;
    return counts;
  };

  function codeToggles(places) {
    const counts = tally(places.codes, symbols.codes.length);
    return symbols.codes.map((code, index) => (code.code || counts[index])
      && toggle("codes", index, points.picture({ ...code, sign: "" }),
        caption(code.zh, code.en), counts[index])).filter(Boolean).reverse();
  }

  function sceneToggles(places) {
    const counts = tally(places.scenes, symbols.scenes.length);
    return symbols.scenes.map((scene, index) => toggle("scenes", index,
      points.picture({ ...symbols.scene, sign: scene.sign }),
      caption(scene.zh, scene.en), counts[index]));
  }

  function placeSection() {
    const { places } = model.points;
    return places && h("section", { class: "toggles places" },
      head("场所平安码", "Safety codes of places"),
      h("div", { class: "master" },
        toggle("places", "", "", caption("显示场所", "Show places"), places.ids.length)),
      h("div", { class: "codes" }, codeToggles(places)),
      h("div", { class: "scenes" }, sceneToggles(places)));
  }

  // scenarios of the events on the map, the most frequent first
  function packList({ packs, pack }) {
    if (!packs?.length) return "";
    const counts = tally(pack.rows, packs.length);
    const rows = packs.map((scene, index) => [counts[index], toggle("packs", index,
      points.picture(points.eventSymbol(index, SIGNED)),
      [caption(scene.zh, scene.en), kindsOf(scene)], h("i", {}, counts[index]))]);
    rows.sort(([one], [other]) => other - one);
    return h("details", { class: "packs", open: packs.length <= FEW },
      h("summary", {}, caption("事件场景", "Scenes of the events"), " ", h("em", { "data-figure": "event_scenes" }, packs.length)),
      h("div", {}, rows.map(([, row]) => row)));
  }

  // a scene with one kind of its own name says nothing twice
  const kindsOf = ({ zh, kinds }) => (kinds.length === 1 && kinds[0][0] === zh
    ? "" : h("small", { class: "kinds" },
      kinds.map((kind, index) => [index > 0 && " · ", words.said(kind)])));

  function pointSection() {
    const { events, posts, stations } = model.points;
    const event = { ...symbols.event, radius: 6, sign: "" };
    const rows = [
      events && toggle("events", "", points.picture(event),
        [caption("事件", "Events"), " ", h("i", { class: "days" }, events.span)],
        h("i", { class: "events" }, events.severities.length)),
      posts && toggle("posts", "", points.picture(symbols.post),
        caption("责任岗位", "Leader posts"), posts.ids.length),
      stations && toggle("stations", "", points.picture(symbols.station),
        caption("站点", "Stations"), stations.ids.length),
    ].filter(Boolean);
    return rows.length > 0 && h("section", { class: "toggles others" },
      head("其他点位", "Other points"), rows, events && packList(events));
  }

  function gapSection() {
    const rows = model.gaps.map(([zh, en, count]) =>
      words.row(zh, en, words.number(count), "left_out"));
    return rows.length > 0
      && h("section", { class: "gaps" }, head("图上缺口", "Not on the map"), table(rows));
  }

  function historySection() {
    const last = model.days.length - 1;
    return last > 0 && h("section", { class: "history" },
      head("往日", "Past days", h("output", { class: "day" })), h("div", { class: "days" }),
      h("input", { type: "range", min: 0, max: last, value: last, ...words.hints("aria-label", "往日", "Past days") }));
  }

  // what this map has that can be found
  function searched() {
    const { tiers, points } = model;
    const isThere = { circle: tiers.some((tier) => tier.is_circle),
      community: tiers.slice(1).some((tier) => !tier.is_circle), place: points.places };
    const names = [["网格", "grid"], ["指挥圈", "circle"], ["社区", "community"], ["场所", "place"]]
      .filter(([, en]) => isThere[en] ?? en === "grid");
    const english = names.map(([, en]) => en).join(", ").replace(/, (\w+)$/, " or $1");
    return [`查找${names.map(([zh]) => zh).join("、")}`, `Find a ${english}`];
  }

  function dateSection() {
    return h("section", { class: "dates" }, h("dl", {},
      model.dates.map(([zh, en, days]) => words.fact(zh, en, days)),
      model.attribution && words.fact("数据来源", "Data source", model.attribution),
      words.fact("边界版本", "Boundary version", words.said(model.boundary_version))));
  }

  const languages = LANGUAGES.map((language, index) => h("button",
    { type: "button", lang: language, "data-language": language }, ["中文", "English"][index]));

  fill(aside,
    h("header", {}, h("h1", {}, words.said(model.title)),
      model.title[0] !== model.subject[0] && h("p", {}, caption(...model.subject))),
    h("section", { class: "search" },
      h("input", { type: "search", ...words.hints("placeholder aria-label", ...searched()) }),
      h("ul")),
    h("div", { class: "languages" }, languages),
    dateSection(), historySection(),
    h("section", { class: "tiers" }, head("图层", "Layer"), tiers()),
    h("section", { class: "legend" }, head("区域五色", "Areas in five colours",
      h("span", { class: "unit" }, caption(...model.unit))), h("div")),
    placeSection(), pointSection(), gapSection(),
    h("details", { class: "method" }, h("summary", {}, caption("方法卡", "Method card")),
      h("dl", { "data-figure": "score" }, model.card.map(([zh, en, ...texts]) => words.fact(zh, en, caption(...texts))))),
    h("section", { class: "selected", "aria-live": "polite", tabindex: -1, hidden: true }));

  // --- what changes ------------------------------------------------------

  function shares(counts) {
    return model.legend.map((key) => h("span",
      { style: { flex: counts[key], background: model.levels[key].colour } }));
  }

  function legend(counts, tier) {
    const rows = model.legend.filter((key) => key <= tier.breaks.length + 1).map((key) => {
      const style = model.levels[key];
      return h("tr", { class: !counts[key] && "none" }, h("td", {}, words.swatch(style)),
        h("th", {}, words.strong(style)), h("td", { class: "range", "data-figure": "score" }, words.range(style, tier)),
        h("td", { class: "count", ...AREAS }, counts[key]));
    });
    const total = counts.reduce((sum, count) => sum + count, 0);
    const last = h("tr", { class: "total" }, h("td"), h("th", {}, caption("合计", "Total")),
      h("td", { class: "range" }), h("td", { class: "count", ...AREAS }, total));
    return [h("div", { class: "shares" }, shares(counts)), table(rows, last)];
  }

  function update(areas) {
    const { tier, day } = areas.state;
    fill(aside.querySelector(".legend > div"), legend(areas.counts(areas.tier(), day), areas.tier()));
    aside.querySelector(`input[name="tier"][value="${tier}"]`).checked = true;
    const events = aside.querySelector("i.events");
    if (events) countEvents(events);
    const slider = aside.querySelector(".history input");
    if (!slider) return;
    slider.value = day;
    fill(aside.querySelector("output.day"), model.days[day]);
    fill(aside.querySelector(".history .days"), model.days.map((_, index) =>
      h("span", { class: index === day && "now" }, shares(areas.counts(areas.tier(), index)))));
  }

  function countEvents(total) {
    const { severities, pack, packs } = model.points.events;
    const rows = [...severities].map((_, row) => row);
    total.textContent = rows.filter(points.isEventShown).length;
    if (!packs) return;
    const counts = tally(rows.filter(points.isEventOfDay).map((row) => pack.rows[row]), packs.length);
    for (const box of aside.querySelectorAll("input[name=packs]")) {
      box.parentNode.querySelector("em i").textContent = counts[box.value];
    }
  }

  function updateToggles() {
    const total = aside.querySelector("i.events");
    if (total) countEvents(total);
    for (const box of aside.querySelectorAll(".toggles input")) {
      const { name, value } = box;
      box.checked = value === "" ? points.on[name] : points.on[name][value];
    }
  }

  function change(areas, row) {
    const { history } = areas.tier();
    const { day } = areas.state;
    if (!history || day < 1) return "";
    const [before, now] = [day - 1, day].map((d) => areas.levelOn(areas.tier(), row, d));
    return words.row("较前一日", "Since the day before", before === now
      ? caption("颜色未变", "same colour")
      : [words.strong(before), " → ", words.strong(now)]);
  }

  function figures(areas, row) {
    const tier = areas.tier();
    const listed = (column, zh, en, figure) => column?.[row]?.length > 0
      && words.row(zh, en, words.list(column[row]), figure);
    const score = tier.scores && [`${words.number(tier.scores[row])} `, caption(...model.unit)];
    return areas.isPast()
      ? [words.row(...scoreName, caption("只列最近一日", "of the last day only"))]
      : [
        score && words.row(...scoreName, score, "score"),
        tier.events && words.row("事件", "Events", words.number(tier.events[row]), "events"),
        tier.bases && words.row(...model.base_name, words.number(tier.bases[row]), "denominator"),
        listed(tier.drivers, "成因", "What drives it", "drivers"),
        listed(tier.changes, "变化", "What changed", "change"),
      ];
  }

  function select(areas, row) {
    const box = aside.querySelector(".selected");
    box.hidden = row < 0;
    if (row < 0) return;
    fill(box, h("button", { class: "close", ...words.hints("aria-label", "关闭", "Close") }, "×"),
      h("h2"), h("table", { class: "facts" }, h("tbody")));
    renew(areas, row);
  }

  // what the map says of the area that is chosen; what others wrote below it stays
  function renew(areas, row) {
    const box = aside.querySelector(".selected");
    const tier = areas.tier();
    const chain = coded(tier.chain, row);
    const post = coded(tier.accountable_post, row);
    const rows = [
      words.row("编号", "Id", tier.ids[row]),
      words.row("等级", "Level", words.strong(areas.level(row)), "level"),
      change(areas, row),
      ...figures(areas, row),
      chain && words.row("指挥链", "Circles", chain),
      post && words.row("责任岗位", "Accountable post", post),
    ];
    fill(box.querySelector("h2"), words.swatch(areas.level(row)), h("bdi", {}, areas.named(tier, row)));
    fill(box.querySelector(".facts tbody"), rows);
    speak(document.documentElement.lang);
  }

  return { update, updateToggles, select, renew };
}
