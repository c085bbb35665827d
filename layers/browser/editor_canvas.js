// Two canvases on a Leaflet map: borders, fills and codes below, what is being done above.
const PAD = 0.35; // of the view on each side, so that panning seldom draws anew
const MARGIN = 24; // pixels around a town that is drawn whole
const BATCH = 64; // grids filled at once: one path of thousands takes ten times as long
const DASHED = [7, 5];

function draftCanvas(L, map, model, colours) {
  const makePane = (name, z) => {
    const pane = map.createPane(name);
    Object.assign(pane.style, { zIndex: z, pointerEvents: "none" });
    const canvas = L.DomUtil.create("canvas", name, pane);
    return { canvas, brush: canvas.getContext("2d") };
  };
  const ground = makePane("editor-ground", 400);
  const overlay = makePane("editor-overlay", 450);
  const family = getComputedStyle(map.getContainer()).fontFamily;
  let drawn = null; // which part of the world the ground shows
  let scene = null;

  // --- places on the screen --------------------------------------------------

  const worldSize = () => 256 * 2 ** map.getZoom();

  function frameOf(min, max) {
    const size = worldSize();
    const corner = min.floor();
    const { x: width, y: height } = max.ceil().subtract(corner);
    const box = [corner.x, corner.y, corner.x + width, corner.y + height].map(
      (side) => side / size,
    );
    return { size, corner, width, height, box, zoom: map.getZoom() };
  }

  function viewFrame() {
    const { min, max } = map.getPixelBounds();
    return frameOf(min, max);
  }

  function townBounds() {
    const [west, north, east, south] = model.box().map((side) => side * worldSize());
    return L.bounds([
      [west - MARGIN, north - MARGIN],
      [east + MARGIN, south + MARGIN],
    ]);
  }

  // all of a town that is hardly larger than the view, else the view and something around it
  function groundFrame() {
    const view = map.getSize();
    const pad = view.multiplyBy(PAD);
    const town = townBounds();
    const room = view.add(pad).add(pad);
    const size = town.getSize();
    if (size.x <= room.x && size.y <= room.y) return frameOf(town.min, town.max);
    const { min, max } = map.getPixelBounds();
    return frameOf(min.subtract(pad), max.add(pad));
  }

  function open({ canvas, brush }, frame) {
    const scale = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(frame.width * scale), Math.round(frame.height * scale)];
    brush.setTransform(1, 0, 0, 1, 0, 0);
    if (canvas.width === width && canvas.height === height) brush.clearRect(0, 0, width, height);
    else Object.assign(canvas, { width, height });
    Object.assign(canvas.style, { width: `${frame.width}px`, height: `${frame.height}px` });
    L.DomUtil.setPosition(canvas, frame.corner.subtract(map.getPixelOrigin()));
    brush.setTransform(scale, 0, 0, scale, 0, 0);
    Object.assign(brush, { lineJoin: "round", lineCap: "round" });
    return brush;
  }

  const xOf = (frame, x) => x * frame.size - frame.corner.x;
  const yOf = (frame, y) => y * frame.size - frame.corner.y;

  function trace(brush, frame, xy, isForward = true, isNew = true) {
    const {
      size,
      corner: { x: left, y: top },
    } = frame;
    const count = xy.length;
    for (let i = 0; i < count; i += 2) {
      const k = isForward ? i : count - 2 - i;
      const x = xy[k] * size - left;
      const y = xy[k + 1] * size - top;
      if (i || !isNew) brush.lineTo(x, y);
      else brush.moveTo(x, y);
    }
  }

  function traceGrid(brush, frame, grid) {
    for (const ring of model.rings(grid)) {
      ring.forEach(({ arc, isForward }, i) =>
        trace(brush, frame, drawnXy(arc, frame.zoom), isForward, i === 0),
      );
      brush.closePath();
    }
  }

  function stroke(brush, style) {
    Object.assign(brush, { strokeStyle: style.colour, lineWidth: style.width });
    brush.setLineDash(style.dash ?? []);
    brush.stroke();
    brush.setLineDash([]);
  }

  function strokePaths(brush, frame, paths, ...styles) {
    brush.beginPath();
    for (const path of paths) trace(brush, frame, drawnXy(path, frame.zoom));
    for (const style of styles) stroke(brush, style);
  }

  // --- ground ----------------------------------------------------------------

  function fillGrids(brush, frame, grids) {
    const byTint = new Map();
    for (const grid of grids) {
      if (!byTint.has(grid.tint)) byTint.set(grid.tint, []);
      byTint.get(grid.tint).push(grid);
    }
    for (const [tint, same] of byTint) {
      brush.fillStyle = tint < 0 ? colours.card : colours.loads[tint];
      for (let i = 0; i < same.length; i += BATCH) {
        brush.beginPath();
        for (const grid of same.slice(i, i + BATCH)) traceGrid(brush, frame, grid);
        brush.fill("evenodd");
      }
    }
  }

  const rank = ({ left, right }) => {
    if (!left || !right) return 2;
    return left.community === right.community ? 0 : 1;
  };

  function drawBorders(brush, frame) {
    const ranks = [[], [], []];
    for (const arc of model.arcs.values())
      if (meets(arc.box, frame.box)) ranks[rank(arc)].push(arc);
    const isCrowded = ranks[0].length > 4000;
    const isFar = ranks[0].length > 1200;
    strokePaths(brush, frame, ranks[0], {
      colour: colours.border,
      width: isCrowded ? 0.5 : isFar ? 0.7 : 1.1,
    });
    const casing = { colour: colours.card, width: 4 };
    const communal = { colour: colours.outline, width: isFar ? 1 : 1.8 };
    strokePaths(brush, frame, ranks[1], ...(isFar ? [communal] : [casing, communal]));
    strokePaths(brush, frame, ranks[2], { colour: colours.outline, width: 2.6 });
  }

  function drawLines(brush, frame) {
    const visible = model.lines.filter(({ box }) => meets(box, frame.box));
    if (visible.length > 6000) return;
    strokePaths(brush, frame, visible, {
      colour: colours.line,
      width: frame.zoom >= 16 ? 1.6 : 0.9,
    });
  }

  // codes where their grid has room for them, the short form first
  function drawCodes(brush, frame, grids) {
    Object.assign(brush, { textAlign: "center", textBaseline: "middle", fillStyle: colours.ink });
    Object.assign(brush, { strokeStyle: colours.halo, lineWidth: 3 });
    const say = (text, weight, size, x, y) => {
      brush.font = `${weight} ${size}px ${family}`;
      brush.strokeText(text, x, y);
      brush.fillText(text, x, y);
    };
    for (const grid of grids) {
      const [west, north, east, south] = model.boundsOf(grid).map((side) => side * frame.size);
      const [wide, high] = [east - west, south - north];
      if (wide < 58 || high < 26) continue;
      const [x, y] = [xOf(frame, grid.spot[0]), yOf(frame, grid.spot[1])];
      const isRoomy = wide > 190 && high > 70;
      say(
        isRoomy ? grid.id : model.shortId(grid.id),
        600,
        isRoomy ? 14 : 12,
        x,
        isRoomy ? y - 9 : y,
      );
      if (isRoomy && grid.name) say(grid.name, 400, 14, x, y + 10);
    }
  }

  function drawGround() {
    const frame = (drawn = groundFrame());
    const brush = open(ground, frame);
    const visible = [...model.grids.values()].filter((grid) =>
      meets(model.boundsOf(grid), frame.box),
    );
    fillGrids(brush, frame, visible);
    drawLines(brush, frame);
    drawBorders(brush, frame);
    if (visible.length < 1500) drawCodes(brush, frame, visible);
  }

  const asPairs = ({ min, max }) => ({ min: [min.x, min.y], max: [max.x, max.y] });

  function isCovered() {
    if (!drawn || drawn.zoom !== map.getZoom()) return false;
    const { corner, width, height } = drawn;
    const covered = L.bounds(corner, corner.add([width, height]));
    const {
      min: [west, north],
      max: [east, south],
    } = asPairs(map.getPixelBounds());
    const town = asPairs(townBounds());
    return covered.contains(
      L.bounds(
        [Math.max(west, town.min[0]), Math.max(north, town.min[1])],
        [Math.min(east, town.max[0]), Math.min(south, town.max[1])],
      ),
    );
  }

  // --- overlay -----------------------------------------------------------------

  function washGrid(brush, frame, grid, colour, opacity, edge = colour) {
    brush.beginPath();
    traceGrid(brush, frame, grid);
    Object.assign(brush, { fillStyle: colour, globalAlpha: opacity });
    brush.fill("evenodd");
    brush.globalAlpha = 1;
    stroke(brush, { colour: colours.card, width: 5.5 });
    stroke(brush, { colour: edge, width: 2.6 });
  }

  const squareAt = (brush, frame, [x, y], half, fill) => {
    brush.beginPath();
    brush.rect(xOf(frame, x) - half, yOf(frame, y) - half, 2 * half, 2 * half);
    brush.fillStyle = fill;
    brush.fill();
    stroke(brush, { colour: colours.accent, width: 1.6 });
  };

  const ringAt = (brush, frame, [x, y], radius, colour) => {
    brush.beginPath();
    brush.arc(xOf(frame, x), yOf(frame, y), radius, 0, 2 * Math.PI);
    stroke(brush, { colour: colours.card, width: 4.5 });
    stroke(brush, { colour, width: 2.2 });
  };

  function drawBefore(brush, frame, { before, after }) {
    strokePaths(
      brush,
      frame,
      after,
      { colour: colours.card, width: 6 },
      { colour: colours.accent, width: 3 },
    );
    strokePaths(
      brush,
      frame,
      before,
      { colour: colours.card, width: 4.5 },
      { colour: colours.mark, width: 2.2, dash: DASHED },
    );
  }

  function drawVertices(brush, frame, grids) {
    if (frame.zoom < 15) return;
    const half = frame.zoom >= 17 ? 3.4 : 2.4;
    for (const arc of new Set(grids.flatMap((grid) => [...grid.arcs]))) {
      if (!meets(arc.box, frame.box)) continue;
      for (let i = 0; i < arc.xy.length; i += 2) {
        squareAt(brush, frame, [arc.xy[i], arc.xy[i + 1]], half, colours.card);
      }
    }
  }

  function drawStroke(brush, frame, { points, next, isRing }) {
    const all = next ? [...points, next] : points;
    if (!all.length) return;
    brush.beginPath();
    trace(brush, frame, all.flat());
    if (isRing && all.length > 2) brush.closePath();
    if (isRing) {
      Object.assign(brush, { fillStyle: colours.accent, globalAlpha: 0.12 });
      brush.fill();
      brush.globalAlpha = 1;
    }
    stroke(brush, { colour: colours.card, width: 6 });
    stroke(brush, { colour: colours.accent, width: 2.8 });
    for (const point of points) squareAt(brush, frame, point, 3.6, colours.card);
  }

  function drawRefusal(brush, frame, { line, at }) {
    if (line?.length > 1) {
      brush.beginPath();
      trace(brush, frame, line.flat());
      stroke(brush, { colour: colours.card, width: 9 });
      stroke(brush, { colour: colours.refused, width: 5 });
    }
    if (at) ringAt(brush, frame, at, 13, colours.refused);
  }

  function drawCrosshair(brush, frame) {
    const [x, y] = [frame.width / 2, frame.height / 2];
    brush.beginPath();
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ]) {
      brush.moveTo(x + 6 * dx, y + 6 * dy);
      brush.lineTo(x + 24 * dx, y + 24 * dy);
    }
    stroke(brush, { colour: colours.card, width: 5 });
    stroke(brush, { colour: colours.ink, width: 2 });
  }

  function drawOverlay() {
    const frame = viewFrame();
    const brush = open(overlay, frame);
    if (!scene) return;
    scene.chosen.forEach((grid, i) =>
      washGrid(
        brush,
        frame,
        grid,
        colours.receivers[i % colours.receivers.length],
        0.4,
        colours.ink,
      ),
    );
    if (scene.hover) washGrid(brush, frame, scene.hover, colours.outline, 0.07);
    if (scene.before) drawBefore(brush, frame, scene.before);
    if (scene.common)
      strokePaths(
        brush,
        frame,
        scene.common,
        { colour: colours.card, width: 7 },
        { colour: colours.outline, width: 4 },
      );
    if (scene.vertices) drawVertices(brush, frame, scene.vertices);
    if (scene.proposed)
      strokePaths(
        brush,
        frame,
        scene.proposed,
        { colour: colours.card, width: 6 },
        { colour: colours.good, width: 3, dash: [10, 4] },
      );
    drawStroke(brush, frame, scene.stroke);
    if (scene.refusal) drawRefusal(brush, frame, scene.refusal);
    if (scene.grip) squareAt(brush, frame, scene.grip, 6, colours.accent);
    if (scene.snap)
      ringAt(brush, frame, scene.snap.xy, scene.snap.kind === "vertex" ? 9 : 7, colours.accent);
    if (scene.hasCrosshair) drawCrosshair(brush, frame);
  }

  // --- when it is drawn ----------------------------------------------------------

  let request = 0;
  let isGroundOld = true;
  function refresh(isGround = false) {
    isGroundOld ||= isGround;
    request ||= requestAnimationFrame(() => {
      request = 0;
      if (isGroundOld || !isCovered()) drawGround();
      isGroundOld = false;
      drawOverlay();
    });
  }

  map.on("move zoom resize viewreset", () => refresh());
  map.on("zoomend resize", () => refresh(true));
  return {
    refresh,
    show(next) {
      scene = next;
      refresh();
    },
    destroy() {
      cancelAnimationFrame(request);
    },
  };
}
