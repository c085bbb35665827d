// Draws a five-colour map. Every string in `model` is escaped HTML already
// (layers.offline.escape_text), so texts are put together here without escaping.
function drawFiveColourMap(map, model) {
  const METRES_PER_PIXEL = 156543.03392804097; // web mercator, zoom 0
  const number = (value) =>
    value === null ? "–" : value.toLocaleString("en", { maximumFractionDigits: 2 });
  const level = (feature) => model.levels[feature.properties.level];
  const areas = L.layerGroup().addTo(map);
  const outlines = L.layerGroup().addTo(map);
  const letters = L.layerGroup().addTo(map);
  let shown = 0;

  for (const [name, z] of [["outlines", 420], ["letters", 430]]) {
    map.createPane(name).style.zIndex = z;
    map.getPane(name).style.pointerEvents = "none";
  }

  // --- words -------------------------------------------------------------

  const swatch = (style) =>
    `<svg class="swatch" width="30" height="20" aria-hidden="true"><rect width="30" height="20"
      rx="2" fill="url(#${style.fill})"/><text x="15" y="14.5" text-anchor="middle"
      fill="${style.ink}" stroke="${style.colour}">${style.letter}</text></svg>`;
  const words = (style) => `<b lang="zh">${style.zh}</b> <small>${style.en}</small>`;
  const caption = (zh, en) => `<span lang="zh">${zh}</span> <small>${en}</small>`;
  const row = (zh, en, value) => `<tr><th>${caption(zh, en)}</th><td>${value}</td></tr>`;
  const named = (facts) => facts.name || facts.id;

  function tooltip(feature) {
    const facts = feature.properties;
    return `<b>${named(facts)}</b> <span class="figure">${number(facts.score)}</span>
      <br>${words(level(feature))}`;
  }

  function popup(feature) {
    const facts = feature.properties;
    return `<h2>${swatch(level(feature))}<bdi>${named(facts)}</bdi></h2><table class="facts">${[
      row("编号", "Id", facts.id),
      row("等级", "Level", words(level(feature))),
      row("得分", "Score", `${number(facts.score)} <small>${model.method.unit}</small>`),
      row("事件", "Events", number(facts.events)),
      facts.chain && row("指挥链", "Circles", facts.chain),
      facts.accountable_post && row("责任岗位", "Accountable post", facts.accountable_post),
    ].filter(Boolean).join("")}</table>`;
  }

  // --- map ---------------------------------------------------------------

  const plain = { color: model.colours.border, weight: 1, fillOpacity: 1 };

  function drawAreas(tier) {
    const layer = L.geoJSON(tier.features, {
      smoothFactor: 0, // neighbours simplified apart would leave gaps
      style: (feature) => ({ ...plain, fillColor: `url(#${level(feature).fill})` }),
    });
    layer.bindTooltip((area) => tooltip(area.feature), { sticky: true, className: "hover" });
    layer.bindPopup((area) => popup(area.feature), { minWidth: 250, maxWidth: 340 });
    layer.on("mouseover", ({ propagatedFrom: area }) =>
      area.setStyle({ color: model.colours.outline, weight: 3 }).bringToFront());
    layer.on("mouseout", ({ propagatedFrom: area }) => area.setStyle(plain));
    areas.clearLayers().addLayer(layer);
  }

  function drawOutlines() {
    outlines.clearLayers();
    const line = (tier, color, weight) =>
      outlines.addLayer(L.geoJSON(tier.features, {
        pane: "outlines",
        interactive: false,
        smoothFactor: 0,
        style: { fill: false, color: model.colours[color], weight },
      }));
    if (shown > 0) line(model.tiers[0], "border", 0.6);
    // from the lowest tier up, so that the widest line of the top lies over the others
    for (let rank = Math.max(shown, 1); rank < model.tiers.length; rank++) {
      line(model.tiers[rank], "border", 2.2 + 0.8 * rank);
      line(model.tiers[rank], "outline", 0.4 + 0.8 * rank);
    }
  }

  const ruler = document.createElement("canvas").getContext("2d");
  const family = getComputedStyle(document.body).fontFamily;

  // the name stands 1 to 2 lines below the middle of the largest circle inside the area
  function nameFits(name, radius, size) {
    ruler.font = `${size}px ${family}`;
    const halfWidth = Math.sqrt(Math.max(0, radius ** 2 - (1.3 * size) ** 2));
    return ruler.measureText(name).width / 2 + 2 < halfWidth;
  }

  function drawLetters() {
    letters.clearLayers();
    const scale = 2 ** map.getZoom() / METRES_PER_PIXEL;
    for (const feature of model.tiers[shown].features) {
      const { label, name } = feature.properties;
      const radius = label[2] * scale;
      if (radius < 8) continue;
      const style = level(feature);
      const size = Math.min(16, 9 + radius / 16);
      const title = name && nameFits(name, radius, size) ? `<i>${name}</i>` : "";
      const paint = `color:${style.ink};--halo:${style.colour};font-size:${size}px`;
      const icon = L.divIcon({
        className: "letter",
        html: `<div style="${paint}"><b>${style.letter}</b>${title}</div>`,
        iconSize: null,
      });
      letters.addLayer(L.marker([label[1], label[0]], {
        icon, pane: "letters", interactive: false, keyboard: false,
      }));
    }
  }

  // --- panel -------------------------------------------------------------

  function range(style) {
    const breaks = model.method.breaks;
    if (!style.level) return "";
    if (style.level === 5) return `&gt; ${number(breaks[3])}`;
    if (style.level === 1) return `≤ ${number(breaks[0])}`;
    return `${number(breaks[style.level - 2])} – ${number(breaks[style.level - 1])}`;
  }

  function legend(tier) {
    const rows = model.legend.map((key) => {
      const style = model.levels[key];
      const count = tier.counts[key];
      return `<tr${count ? "" : ' class="none"'}><td>${swatch(style)}</td><th>${words(style)}</th>
        <td class="range">${range(style)}</td><td class="count">${count}</td></tr>`;
    });
    const shares = model.legend.map((key) => `<span style="flex:${tier.counts[key]};
      background:${model.levels[key].colour}"></span>`);
    const total = tier.counts.reduce((sum, count) => sum + count, 0);
    return `<div class="shares">${shares.join("")}</div><table>${rows.join("")}<tr class="total"><td></td><th>${caption("合计", "Total")}</th>
      <td class="range"></td><td class="count">${total}</td></tr></table>`;
  }

  function panel() {
    const method = model.method;
    const choices = model.tiers.map((tier, index) =>
      `<label><input type="radio" name="tier" value="${index}"><span>${caption(tier.zh, tier.en)}
      </span><em>${tier.features.length}</em></label>`);
    const fact = (zh, en, value) => `<dt>${caption(zh, en)}</dt><dd>${value}</dd>`;
    return `<header><h1>${model.title}</h1>
        <p>${caption(method.title_zh, method.title)}</p></header>
      <section class="dates"><dl>${fact("数据日期", "Data date", method.data_date)}
        ${fact("网格版本", "Grid-set version", model.grid_version)}</dl></section>
      <section class="tiers"><h2>${caption("图层", "Layer")}</h2>${choices.join("")}</section>
      <section class="legend"><h2>${caption("图例", "Legend")}
        <small class="unit">${method.unit}</small></h2><div></div></section>
      <section class="method"><h2>${caption("方法卡", "Method card")}</h2><dl>
        ${fact("公式", "Formula", `<code>${method.formula}</code>`)}
        ${fact("分级", "Breaks", `${method.breaks.map(number).join(" / ")}
          <small>含上限 upper limits included</small>`)}
        ${fact("方法版本", "Method version", method.version)}
        ${fact("说明", "Note", method.note)}</dl></section>`;
  }

  const aside = document.querySelector(".pagoda-panel");
  aside.innerHTML = panel();

  function show(index) {
    shown = index;
    map.closePopup();
    drawAreas(model.tiers[index]);
    drawOutlines();
    drawLetters();
    aside.querySelector(".legend > div").innerHTML = legend(model.tiers[index]);
    aside.querySelector(`input[value="${index}"]`).checked = true;
  }

  aside.addEventListener("change", ({ target }) => show(Number(target.value)));

  if (model.synthetic) {
    const mark = L.control({ position: "topright" });
    mark.onAdd = () => {
      const box = L.DomUtil.create("div", "synthetic");
      box.innerHTML = caption("合成数据", "SYNTHETIC DATA");
      return box;
    };
    mark.addTo(map);
  }
  L.control.scale({ imperial: false, maxWidth: 160 }).addTo(map);

  const around = { paddingTopLeft: [64, 60], paddingBottomRight: [36, 52], animate: false };
  const fit = () => map.fitBounds(model.bounds, around);
  fit(); // before anything is drawn, so that it is drawn once
  show(0);
  map.on("zoomend", drawLetters);

  // paper has its own size: fit the drawing to it, then go back to the reader's view
  let view;
  window.addEventListener("beforeprint", () => {
    view = [map.getCenter(), map.getZoom()];
    document.body.classList.add("printing");
    map.closePopup().invalidateSize({ animate: false, pan: false });
    fit();
  });
  window.addEventListener("afterprint", () => {
    document.body.classList.remove("printing");
    map.invalidateSize({ animate: false, pan: false }).setView(...view, { animate: false });
  });
}
