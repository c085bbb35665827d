// Words, swatches and rows. Every string of the model is escaped HTML already
// (layers.offline.escape_text), so texts are put together here without escaping.
// Both languages stand in the page; the style sheet shows that of <html lang>.
const LANGUAGES = ["zh-CN", "en"];

function wordsOf(model) {
  // at most two decimals, thousands apart; the browser's own formatter starts slowly
  const number = (value) =>
    value === null || value === undefined
      ? "–" : String(Math.round(100 * value) / 100).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  const caption = (zh, en) => (zh && en && zh !== en
    ? `<span lang="zh-CN">${zh}</span><span lang="en">${en}</span>` : `<span>${zh || en}</span>`);
  // a text of the model: in Chinese and English, the latter empty where they are the same
  const said = ([zh, en]) => caption(zh, en);
  const strong = (style) => `<b>${caption(style.zh, style.en)}</b>`;
  // a figure is named by its id in the registry (layers/figures/definitions.toml)
  const row = (zh, en, value, figure) =>
    `<tr${figure ? ` data-figure="${figure}"` : ""}><th>${caption(zh, en)}</th><td>${value}</td></tr>`;
  const fact = (zh, en, value) => `<dt>${caption(zh, en)}</dt><dd>${value}</dd>`;
  const list = (texts) => `<ol>${texts.map((text) => `<li>${said(text)}</li>`).join("")}</ol>`;
  const letter = (style) => caption(style.sign, style.letter);
  const mark = (style, lang, sign) => `<text lang="${lang}" x="15" y="14.5" text-anchor="middle"
    fill="${style.ink}" stroke="${style.colour}">${sign}</text>`;
  const swatch = (style) =>
    `<svg class="swatch" width="30" height="20" aria-hidden="true"><rect width="30" height="20"
      rx="2" fill="url(#${style.fill})"/>${mark(style, "zh-CN", style.sign)}
      ${mark(style, "en", style.letter)}</svg>`;
  // attributes that say something, in both languages, for `speak`
  const hints = (names, zh, en) => `data-hints="${names}" data-zh="${zh}" data-en="${en}"`;

  function range(style) {
    const { breaks } = model;
    if (!style.level) return "";
    if (style.level === 5) return `&gt; ${number(breaks[3])}`;
    if (style.level === 1) return `≤ ${number(breaks[0])}`;
    return `${number(breaks[style.level - 2])} – ${number(breaks[style.level - 1])}`;
  }

  return { number, caption, said, strong, row, fact, list, letter, swatch, hints, range };
}

// Has the whole page speak one language, attributes too.
function speak(language) {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-hints]")) {
    const text = language === "en" ? element.dataset.en : element.dataset.zh;
    for (const name of element.dataset.hints.split(" ")) element.setAttribute(name, text);
  }
}

// the text that a reader would type, of a string of the model
function plainText(escaped) {
  return escaped.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(code));
}

// a column written as its different values and, for each row, which one
const coded = (column, row) => (column ? column.values[column.rows[row]] : "");
