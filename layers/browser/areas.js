// Areas of one tier in the five colours, the outlines above them and their letters.
import { h } from "./dom.js";
import { arcStore, ArcLines, ArcPolygon, isTouched } from "./geometry.js";
import { canvasFill } from "./patterns.js";

const GRAVE = 4; // orange and red

export function areaLayers(map, model, words, occupied, pick) {
  const METRES_PER_PIXEL = 156543.03392804097; // web mercator, zoom 0
  const arcs = arcStore(map, model.arcs, model.decimals);
  // a wall is read from five metres
  const isLarge = window.innerWidth >= 2400;
  // on the wall no letter is smaller than its texts
  const magnify = document.body.classList.contains("wall") ? window.innerWidth / 1160 : 1 + isLarge;
  const isMany = model.tiers.some(({ ids }) => ids.length > 1000);
  const outlines = L.layerGroup().addTo(map);
  const letters = L.layerGroup().addTo(map);
  const plain = { color: model.colours.border, weight: 1, fillOpacity: model.opacity };
  const chosen = { color: model.colours.outline, weight: 3 };
  const state = { tier: 0, day: model.days.length - 1, selected: -1 };
  const drawn = new Map();

  for (const [name, z] of [["outlines", 420], ["letters", 450]]) {
    map.createPane(name).style.zIndex = z;
    map.getPane(name).style.pointerEvents = "none";
  }

  // thousands of areas are painted faster on a canvas; fewer print sharper as SVG
  map.options.preferCanvas = isMany;
  const fills = {};
  for (const style of Object.values(model.levels)) {
    fills[style.level] = isMany ? canvasFill(style) : `url(#${style.fill})`;
  }

  const tier = () => model.tiers[state.tier];
  const isPast = () => state.day < model.days.length - 1;
  const levelOn = (layer, row, day) =>
    model.levels[layer.history ? layer.history[row][day] : layer.levels[row]];
  const level = (row) => levelOn(tier(), row, state.day);
  const named = (layer, row) => layer.names?.[row] || layer.ids[row];

  function counts(layer, day) {
    const found = [0, 0, 0, 0, 0, 0];
    for (let row = 0; row < layer.ids.length; row++) found[levelOn(layer, row, day).level]++;
    return found;
  }

  function tooltip({ row }) {
    const score = tier().scores && !isPast()
      && h("span", { class: "figure", "data-figure": "score" }, words.number(tier().scores[row]));
    return h("div", {}, h("b", {}, named(tier(), row)), h("br"), words.strong(level(row)), score);
  }

  function drawTier(layer) {
    const group = L.featureGroup(layer.rings.map((rings, row) =>
      // neighbours simplified apart would leave gaps
      Object.assign(new ArcPolygon(rings, arcs, { ...plain, smoothFactor: 0 }), { row })));
    if (!isTouched()) group.bindTooltip(tooltip, { sticky: true, className: "hover" });
    // the arrows go from area to area; hundreds of them are no stops of the tab key
    group.on("add", () => group.eachLayer((area) => area.getElement?.()?.setAttribute("tabindex", "-1")));
    group.on("mouseover", ({ propagatedFrom: area }) => area.setStyle(chosen).bringToFront());
    group.on("mouseout", ({ propagatedFrom: area }) =>
      area.row !== state.selected && area.setStyle(plain));
    group.on("click", ({ propagatedFrom: area, containerPoint }) => pick(area.row, containerPoint));
    return group;
  }

  function areas() {
    if (!drawn.has(tier())) drawn.set(tier(), drawTier(tier()));
    return drawn.get(tier());
  }

  function paint() {
    areas().eachLayer((area) => {
      const fillColor = fills[level(area.row).level];
      if (area.options.fillColor !== fillColor) area.setStyle({ fillColor });
    });
  }

  function line(layer, color, weight) {
    const numbers = layer.rings.flat(2).map((number) => (number < 0 ? ~number : number));
    const rings = [...new Set(numbers)].map((number) => [number]);
    outlines.addLayer(new ArcLines(rings, arcs, {
      pane: "outlines", interactive: false, smoothFactor: 0, fill: false,
      color: model.colours[color], weight,
    }));
  }

  function drawOutlines() {
    outlines.clearLayers();
    if (state.tier > 0) line(model.tiers[0], "border", 0.6);
    // from the lowest tier up, so that the widest line of the top lies over the others
    for (const [index, rank] of tier().outlines) {
      line(model.tiers[index], "border", 2.2 + 0.8 * rank);
      line(model.tiers[index], "outline", 0.4 + 0.8 * rank);
    }
  }

  const ruler = document.createElement("canvas").getContext("2d");
  const family = getComputedStyle(document.body).fontFamily;

  function textWidth(text, size) {
    ruler.font = `${size}px ${family}`;
    return ruler.measureText(text).width;
  }

  // the name stands 1 to 2 lines below the middle of the largest circle inside the area
  function nameFits(name, radius, size) {
    const halfWidth = Math.sqrt(Math.max(0, radius ** 2 - (1.3 * size) ** 2));
    return textWidth(name, size) / 2 + 2 < halfWidth;
  }

  function drawLetter(row, middle, radius) {
    const name = tier().names?.[row];
    const style = level(row);
    const size = magnify * Math.max(11, Math.min(16, 9 + radius / 16));
    const title = name && nameFits(name, radius, size) && h("i", {}, name);
    const paint = { color: style.ink, "--halo": style.colour, "font-size": `${size}px` };
    const html = h("div", { style: paint }, h("b", {}, words.letter(style)), title);
    const halfWidth = title ? textWidth(name, size) / 2 : size / 2;
    const [x, y] = occupied.place(
      middle.x, middle.y, halfWidth + 2, title ? 1.25 * size : 0.7 * size, radius);
    const icon = L.divIcon({ className: "letter", html, iconSize: null });
    letters.addLayer(L.marker(map.layerPointToLatLng([x, y]),
      { icon, pane: "letters", interactive: false, keyboard: false }));
  }

  // letters give way to what stands at a point of its own
  function drawLetters(fixed) {
    letters.clearLayers();
    occupied.clear();
    for (const { x, y } of fixed) occupied.take(x, y, 11, 11);
    const scale = 2 ** map.getZoom() / METRES_PER_PIXEL;
    const view = map.getBounds().pad(0.2);
    tier().labels.forEach(([lon, lat, metres], row) => {
      const radius = metres * scale;
      if (!view.contains([lat, lon])) return;
      // what is worst is named however small it is
      if (radius < 8 && !(level(row).level >= GRAVE)) return;
      drawLetter(row, map.latLngToLayerPoint([lat, lon]), radius);
    });
  }

  // the nearest area in a direction of the screen, seen from the one that is selected
  function beside(dx, dy) {
    const { labels } = tier();
    const spot = ([lon, lat]) => map.latLngToLayerPoint([lat, lon]);
    const from = state.selected < 0 ? map.latLngToLayerPoint(map.getCenter()) : spot(labels[state.selected]);
    let [best, least] = [state.selected, Infinity];
    labels.forEach((label, row) => {
      const { x, y } = spot(label);
      const along = (x - from.x) * dx + (y - from.y) * dy;
      const aside = Math.abs((x - from.x) * dy - (y - from.y) * dx);
      const cost = along + 2 * aside;
      if (row !== state.selected && along > aside / 2 && cost < least) [best, least] = [row, cost];
    });
    return best;
  }

  function show(index, day) {
    const isOther = index !== state.tier || !drawn.size;
    if (isOther) drawn.get(tier())?.remove();
    Object.assign(state, { tier: index, day });
    paint();
    if (isOther) {
      state.selected = -1;
      areas().addTo(map);
      drawOutlines();
    }
  }

  function select(row) {
    const shapes = areas().getLayers();
    shapes[state.selected]?.setStyle(plain);
    state.selected = row;
    shapes[row]?.setStyle(chosen).bringToFront();
  }

  const bounds = (index, row) => arcs.bounds(model.tiers[index].rings[row]);
  // whether any level of today became another
  function recolour(index, levels, scores = {}) {
    const layer = model.tiers[index];
    if (layer.scores) layer.scores = layer.ids.map((id, row) => scores[id] ?? layer.scores[row]);
    const last = model.days.length - 1;
    let isOther = false;
    layer.ids.forEach((id, row) => {
      const now = levels[id] ?? 0;
      if (!(id in levels) || now === levelOn(layer, row, last).level) return;
      isOther = true;
      layer.levels = `${layer.levels.slice(0, row)}${now}${layer.levels.slice(row + 1)}`;
      if (layer.history) layer.history[row] = `${layer.history[row].slice(0, last)}${now}`;
    });
    if (isOther && index === state.tier) paint();
    return isOther;
  }

  return {
    recolour, state, tier, isPast, level, levelOn, named, counts, show, select, drawLetters, beside, bounds,
  };
}
