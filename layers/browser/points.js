// Places, events, posts and stations on one canvas; places that lie close together
// are one neutral bubble until the reader comes nearer.
import { h } from "./dom.js";
import { MERCATOR, unpackSteps } from "./geometry.js";
import { coded } from "./words.js";

export const SIGNED = 9; // pixels of a radius that has room for a sign
const CLOSE = 4; // so many in a cell are one bubble

export function pointLayers(map, model, words, occupied) {
  const pane = map.createPane("points");
  Object.assign(pane.style, { zIndex: 440, pointerEvents: "none" });
  const canvas = L.DomUtil.create("canvas", "points leaflet-zoom-hide", pane);
  const brush = canvas.getContext("2d");
  const family = getComputedStyle(document.body).fontFamily;
  const { symbols } = model;
  const { places, events, posts, stations } = model.points;
  const on = {
    scenes: symbols.scenes.map(() => true), codes: symbols.codes.map(() => true),
    packs: (events?.packs ?? []).map(() => true),
    places: false, events: false, posts: false, stations: false,
  };
  const spots = {};
  for (const [name, set] of Object.entries(model.points)) {
    if (set?.steps) spots[name] = unpackSteps(set.steps, model.decimals);
  }
  let areas;
  let hits = [];
  let sprites = new Map();
  let scale = window.devicePixelRatio || 1;

  // --- symbols -----------------------------------------------------------

  const outline = {
    circle: (ctx, r) => ctx.arc(0, 0, r, 0, 2 * Math.PI),
    square: (ctx, r) => ctx.rect(-0.9 * r, -0.9 * r, 1.8 * r, 1.8 * r),
    diamond: (ctx, r) => {
      ctx.moveTo(0, -1.25 * r);
      for (const [x, y] of [[1.25, 0], [0, 1.25], [-1.25, 0]]) ctx.lineTo(x * r, y * r);
      ctx.closePath();
    },
  };

  function drawSymbol(ctx, { shape, edge, fill, ink, radius, sign }) {
    ctx.beginPath();
    outline[shape](ctx, radius);
    Object.assign(ctx, { lineWidth: Math.min(5, 0.6 * radius), strokeStyle: symbols.halo, fillStyle: fill });
    ctx.stroke();
    ctx.fill();
    Object.assign(ctx, { lineWidth: Math.min(2, 0.25 * radius), strokeStyle: edge });
    ctx.stroke();
    Object.assign(ctx, { fillStyle: ink, textAlign: "center", textBaseline: "middle" });
    ctx.font = `600 ${Math.round(1.25 * radius)}px ${family}`;
    ctx.fillText(sign, 0, 0.5);
  }

  const eventSymbol = (pack, radius) =>
    ({ ...symbols.event, radius, sign: events.packs?.[pack].sign ?? "" });

  const placeSymbol = (scene, code) =>
    ({ ...symbols.codes[code], sign: symbols.scenes[scene].sign });

  function sprite(symbol, density) {
    const size = Math.ceil(2.5 * symbol.radius + 6);
    const image = document.createElement("canvas");
    image.width = image.height = size * density;
    const ctx = image.getContext("2d");
    ctx.scale(density, density);
    ctx.translate(size / 2, size / 2);
    drawSymbol(ctx, symbol);
    return { image, size };
  }

  function stamp(key, symbol, x, y) {
    if (!sprites.has(key)) sprites.set(key, sprite(symbol, scale));
    const { image, size } = sprites.get(key);
    brush.drawImage(image, x - size / 2, y - size / 2, size, size);
  }

  // a symbol for the legend, as a picture
  function picture(symbol) {
    const { image, size } = sprite(symbol, 4);
    const shown = Object.assign(new Image(0.8 * size, 0.8 * size), { className: "symbol", alt: "" });
    shown.src = image.toDataURL();
    return shown;
  }

  // --- which are shown ---------------------------------------------------

  const scene = (row) => Number(places.scenes[row]);
  const code = (row) => Number(places.codes[row]);
  const isPlaceShown = (row) => on.scenes[scene(row)] && on.codes[code(row)];
  const packOf = (row) => events.pack?.rows[row];
  const isEventOfDay = (row) =>
    !areas.isPast() || coded(events.day, row) <= model.days[areas.state.day];
  const isEventShown = (row) => isEventOfDay(row) && (!events.pack || on.packs[packOf(row)]);

  // --- drawing -----------------------------------------------------------

  // calls act(row, x, y) for the points of a set that are on the screen, in pixels of it
  function eachVisible(name, isShown, act) {
    const { xs, ys } = spots[name];
    const size = 256 * 2 ** map.getZoom();
    const corner = map.getPixelBounds().min;
    const { x: width, y: height } = map.getSize();
    for (let row = 0; row < xs.length; row++) {
      const x = xs[row] * size - corner.x;
      const y = ys[row] * size - corner.y;
      if (x < -20 || y < -20 || x > width + 20 || y > height + 20) continue;
      if (isShown(row)) act(row, x, y);
    }
  }

  function cellSize() {
    const zoom = map.getZoom();
    if (zoom >= 17.5) return 0;
    return zoom >= 16 ? 44 : 72;
  }

  // cells are fixed to the ground, so that bubbles stay where they are while panning
  function gather(set, isShown) {
    const corner = map.getPixelBounds().min;
    const cells = new Map();
    const cell = cellSize();
    eachVisible(set, isShown, (row, x, y) => {
      const column = Math.floor((x + corner.x) / cell);
      const key = cell ? `${column} ${Math.floor((y + corner.y) / cell)}` : row;
      if (!cells.has(key)) cells.set(key, []);
      cells.get(key).push([row, x, y]);
    });
    return [...cells.values()];
  }

  function drawPlace([row, x, y]) {
    stamp(`${scene(row)} ${code(row)}`, placeSymbol(scene(row), code(row)), x, y);
    hits.push({ x, y, radius: 11, set: "places", row });
  }

  // bubbles of events have corners as their diamonds have
  function drawBubble(cell, boxes, roundness) {
    const mean = (axis) => cell.reduce((sum, place) => sum + place[axis], 0) / cell.length;
    const text = String(cell.length);
    const halfWidth = 7 + 3.2 * text.length;
    const [x, y] = boxes.place(mean(1), mean(2), halfWidth + 2, 11);
    brush.beginPath();
    brush.roundRect(x - halfWidth, y - 9, 2 * halfWidth, 18, roundness);
    const { fill, edge, ink } = symbols.bubble;
    Object.assign(brush, { fillStyle: fill, strokeStyle: edge, lineWidth: 1.5 });
    brush.fill();
    brush.stroke();
    Object.assign(brush, { fillStyle: ink, textAlign: "center", textBaseline: "middle" });
    brush.font = `600 11px ${family}`;
    brush.fillText(text, x, y + 0.5);
    hits.push({ x, y, radius: halfWidth, nearer: [mean(1), mean(2)] });
  }

  // draws single points, the gravest on top, and what lies close together as a bubble
  function drawGathered(set, isShown, gravity, draw, boxes, roundness) {
    const cells = gather(set, isShown);
    const single = cells.filter((cell) => cell.length < CLOSE).flat();
    single.sort((one, other) => gravity(one[0]) - gravity(other[0])).forEach(draw);
    for (const cell of cells) if (cell.length >= CLOSE) drawBubble(cell, boxes, roundness);
  }

  function drawEvent([row, x, y]) {
    const severity = Number(events.severities[row]);
    const radius = Math.max(2.2 + 1.1 * severity, SIGNED);
    const symbol = eventSymbol(packOf(row), radius);
    stamp(`event ${radius} ${symbol.sign}`, symbol, x, y);
    hits.push({ x, y, radius: radius + 3, set: "events", row });
  }

  function drawPosts(boxes) {
    const { ids, labels } = areas.tier();
    const byArea = new Map(ids.map((id, row) => [id, labels[row]]));
    posts.areas.forEach((area, row) => {
      if (!byArea.has(area)) return;
      const [lon, lat] = byArea.get(area);
      const spot = map.latLngToContainerPoint([lat, lon]);
      const [x, y] = boxes.place(spot.x, spot.y, 10, 10);
      stamp("post", symbols.post, x, y);
      hits.push({ x, y, radius: 11, set: "posts", row });
    });
  }

  function drawStations() {
    eachVisible("stations", () => true, (row, x, y) => {
      stamp("station", symbols.station, x, y);
      hits.push({ x, y, radius: 12, set: "stations", row });
    });
  }

  // what stands at its own point and is shown, in pixels of the layers
  function fixed() {
    const found = [];
    const corner = map.containerPointToLayerPoint([0, 0]);
    if (on.stations) {
      eachVisible("stations", () => true, (row, x, y) =>
        found.push({ x: x + corner.x, y: y + corner.y }));
    }
    return found;
  }

  function redraw() {
    const { x: width, y: height } = map.getSize();
    Object.assign(canvas, { width: width * scale, height: height * scale });
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    const corner = map.containerPointToLayerPoint([0, 0]);
    L.DomUtil.setPosition(canvas, corner);
    brush.setTransform(scale, 0, 0, scale, 0, 0);
    hits = [];
    const boxes = occupied.from(corner);
    const severity = (row) => Number(events.severities[row]);
    if (on.events) drawGathered("events", isEventShown, severity, drawEvent, boxes, 3);
    if (on.posts) drawPosts(boxes);
    if (on.places) drawGathered("places", isPlaceShown, code, drawPlace, boxes, 9);
    if (on.stations) drawStations();
  }

  // --- words -------------------------------------------------------------

  const describe = {
    places: (row) => [
      picture(placeSymbol(scene(row), code(row))), places.names?.[row] || places.ids[row], [
        words.row("编号", "Id", places.ids[row]),
        words.row("场景", "Scene", words.strong(symbols.scenes[scene(row)])),
        words.row("平安码", "Safety code", words.strong(symbols.codes[code(row)])),
        places.reasons && words.row("原因", "Reasons", words.list(coded(places.reasons, row))),
        places.due && words.row("下次检查", "Next check", coded(places.due, row) || "–"),
        places.grid && words.row("网格", "Grid", coded(places.grid, row) || "–"),
      ]],
    events: (row) => [
      picture(eventSymbol(packOf(row), events.pack ? SIGNED : 6)), words.said(coded(events.category, row)), [
        events.ids && words.row("编号", "Id", events.ids[row]),
        events.pack && words.row("场景", "Scene", words.strong(events.packs[packOf(row)])),
        words.row("严重程度", "Severity", events.severities[row], "event_severity"),
        words.row("时间", "Time", `${coded(events.day, row)} ${events.times?.[row] ?? ""}`),
      ]],
    posts: (row) => [picture(symbols.post), posts.ids[row],
      [words.row("责任区", "Answers for", posts.areas[row])]],
    stations: (row) => [
      picture(symbols.station), stations.names?.[row] || stations.ids[row], [
        words.row("编号", "Id", stations.ids[row]),
        stations.kind && words.row("类别", "Kind", coded(stations.kind, row)),
      ]],
  };

  function card({ set, row }) {
    const [symbol, title, rows] = describe[set](row);
    return [h("h2", {}, symbol, h("bdi", {}, title)), h("table", { class: "facts" }, h("tbody", {}, rows))];
  }

  // --- looking and clicking ----------------------------------------------

  function at({ x, y }) {
    return hits.filter((hit) => Math.hypot(hit.x - x, hit.y - y) <= hit.radius).reverse();
  }

  function open(found, latlng) {
    const more = found.length - 5;
    const rest = more > 0 && h("p", { "data-figure": "mapped_points" }, words.caption(`此处另有 ${more} 个`, `${more} more here`));
    // clear of the buttons and signs in the corners
    const room = { autoPanPaddingTopLeft: [64, 64], autoPanPaddingBottomRight: [24, 64] };
    L.popup({ minWidth: 250, maxWidth: 340, maxHeight: 420, ...room }).setLatLng(latlng)
      .setContent(h("div", {}, found.slice(0, 5).map(card), rest)).openOn(map);
  }

  function click({ containerPoint, latlng }) {
    const found = at(containerPoint);
    const bubble = found.find(({ nearer }) => nearer);
    if (bubble) map.setView(map.containerPointToLatLng(bubble.nearer), map.getZoom() + 2);
    else if (found.length) open(found, latlng);
  }

  function goTo(row) {
    Object.assign(on, { places: true });
    on.scenes[scene(row)] = on.codes[code(row)] = true;
    const latlng = MERCATOR.latLng(spots.places.xs[row], spots.places.ys[row]);
    map.setView(latlng, 18, { animate: false });
    open([{ set: "places", row }], latlng);
  }

  function setScale(value) {
    scale = value;
    sprites = new Map();
    redraw();
  }

  map.on("click", click);
  map.on("mousemove", ({ containerPoint }) =>
    map.getContainer().classList.toggle("over-point", at(containerPoint).length > 0));
  map.on("move resize", redraw);
  return {
    on, at, fixed, redraw, goTo, picture, placeSymbol, eventSymbol, isEventOfDay, isEventShown, setScale,
    watch: (layers) => { areas = layers; },
  };
}
