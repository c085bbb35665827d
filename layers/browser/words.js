// Words, swatches and rows, as elements. Both languages stand in the page; the style
// sheet shows that of <html lang>.
import { h, svg } from "./dom.js";

export const LANGUAGES = ["zh-CN", "en"];

export function wordsOf(model) {
  // thousands apart; the browser's own formatter starts slowly
  const grouped = (value) => {
    const [whole, part] = String(value).split(".");
    return [whole.replace(/\B(?=(\d{3})+(?!\d))/g, ","), part].filter(Boolean).join(".");
  };
  // at most two decimals, or two digits of what is smaller than those show
  const number = (value) => {
    if (value === null || value === undefined) return "–";
    return grouped(value && Math.abs(value) < 0.1 ? Number(value.toPrecision(2)) : Math.round(100 * value) / 100);
  };
  // four digits tell the limits of classes apart; whole numbers keep all of theirs
  const limit = (value) => grouped(Math.abs(value) < 1000 ? Number(value.toPrecision(4)) : Math.round(value * 100) / 100);
  const caption = (zh, en) => (zh && en && zh !== en
    ? [h("span", { lang: "zh-CN" }, zh), h("span", { lang: "en" }, en)] : [h("span", {}, zh || en)]);
  // a text of the model: in Chinese and English, the latter empty where they are the same
  const said = ([zh, en]) => caption(zh, en);
  const strong = (style) => h("b", {}, caption(style.zh, style.en));
  // a figure is named by its id in the registry (layers/figures/definitions.toml)
  const row = (zh, en, value, figure) =>
    h("tr", { "data-figure": figure }, h("th", {}, caption(zh, en)), h("td", {}, value));
  const fact = (zh, en, value) => [h("dt", {}, caption(zh, en)), h("dd", {}, value)];
  const list = (texts) => h("ol", {}, texts.map((text) => h("li", {}, said(text))));
  const letter = (style) => caption(style.sign, style.letter);
  const mark = (style, lang, sign) => svg("text", {
    lang, x: 15, y: 14.5, "text-anchor": "middle", fill: style.ink, stroke: style.colour,
  }, sign);
  const swatch = (style) =>
    svg("svg", { class: "swatch", width: 30, height: 20, "aria-hidden": "true" },
      svg("rect", { width: 30, height: 20, rx: 2, fill: `url(#${style.fill})` }),
      mark(style, "zh-CN", style.sign), mark(style, "en", style.letter));
  // attributes that say something, in both languages, for `speak`
  const hints = (names, zh, en) => ({ "data-hints": names, "data-zh": zh, "data-en": en });

  function range({ level }, { breaks }) {
    if (!level || !breaks.length) return "";
    if (level > breaks.length) return `> ${limit(breaks[level - 2])}`;
    if (level === 1) return `≤ ${limit(breaks[0])}`;
    return `${limit(breaks[level - 2])} – ${limit(breaks[level - 1])}`;
  }

  return { number, caption, said, strong, row, fact, list, letter, swatch, hints, range };
}

// Has the whole page speak one language, attributes too.
export function speak(language) {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-hints]")) {
    const text = language === "en" ? element.dataset.en : element.dataset.zh;
    for (const name of element.dataset.hints.split(" ")) element.setAttribute(name, text);
  }
}

// a column written as its different values and, for each row, which one
export const coded = (column, row) => (column ? column.values[column.rows[row]] : "");
