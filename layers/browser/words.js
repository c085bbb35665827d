// Words, swatches and rows. Every string of the model is escaped HTML already
// (layers.offline.escape_text), so texts are put together here without escaping.
function wordsOf(model) {
  // at most two decimals, thousands apart; the browser's own formatter starts slowly
  const number = (value) =>
    value === null || value === undefined
      ? "–" : String(Math.round(100 * value) / 100).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  const caption = (zh, en) => `<span lang="zh">${zh}</span> <small>${en}</small>`;
  const strong = (style) => `<b lang="zh">${style.zh}</b> <small>${style.en}</small>`;
  // a figure is named by its id in the registry (layers/figures/definitions.toml)
  const row = (zh, en, value, figure) =>
    `<tr${figure ? ` data-figure="${figure}"` : ""}><th>${caption(zh, en)}</th><td>${value}</td></tr>`;
  const fact = (zh, en, value) => `<dt>${caption(zh, en)}</dt><dd>${value}</dd>`;
  const list = (texts) => `<ol>${texts.map((text) => `<li>${text}</li>`).join("")}</ol>`;
  const swatch = (style) =>
    `<svg class="swatch" width="30" height="20" aria-hidden="true"><rect width="30" height="20"
      rx="2" fill="url(#${style.fill})"/><text x="15" y="14.5" text-anchor="middle"
      fill="${style.ink}" stroke="${style.colour}">${style.letter}</text></svg>`;

  function range(style) {
    const { breaks } = model;
    if (!style.level) return "";
    if (style.level === 5) return `&gt; ${number(breaks[3])}`;
    if (style.level === 1) return `≤ ${number(breaks[0])}`;
    return `${number(breaks[style.level - 2])} – ${number(breaks[style.level - 1])}`;
  }

  return { number, caption, strong, row, fact, list, swatch, range };
}

// the text that a reader would type, of a string of the model
function plainText(escaped) {
  return escaped.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(code));
}

// a column written as its different values and, for each row, which one
const coded = (column, row) => (column ? column.values[column.rows[row]] : "");
