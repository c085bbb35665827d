// Arcs, grids and lines of a draft, in web mercator from 0 to 1 beside their degrees.
const toX = (lon) => (lon + 180) / 360;
const toY = (lat) => 0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI);
const toLon = (x) => x * 360 - 180;
const toLat = (y) => (Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) * 360) / Math.PI - 90;

const TRUE_ZOOM = 16; // from here on every vertex is drawn
const TOLERANCE = 0.4; // pixels that a line may be off farther out

// a buffer as an array of numbers, whatever carried it
function numbersOf(Kind, buffer) {
  if (!buffer) return new Kind(0);
  const bytes = ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
  const isAligned = bytes.byteOffset % Kind.BYTES_PER_ELEMENT === 0;
  const whole = isAligned ? bytes : bytes.slice();
  return new Kind(whole.buffer, whole.byteOffset, whole.byteLength / Kind.BYTES_PER_ELEMENT);
}

function pathOf(lonLat) {
  const xy = new Float64Array(lonLat.length);
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < xy.length; i += 2) {
    const x = (xy[i] = toX(lonLat[i]));
    const y = (xy[i + 1] = toY(lonLat[i + 1]));
    if (x < box[0]) box[0] = x;
    if (y < box[1]) box[1] = y;
    if (x > box[2]) box[2] = x;
    if (y > box[3]) box[3] = y;
  }
  return { lonLat, xy, box, simple: [] };
}

const ends = ({ lonLat }) => [`${lonLat[0]},${lonLat[1]}`, `${lonLat.at(-2)},${lonLat.at(-1)}`];

// which line it is, whichever key it has
const mark = ({ lonLat }) =>
  `${lonLat.length} ${lonLat[0]} ${lonLat[1]} ${lonLat[2]} ${lonLat[3]} ${lonLat.at(-4)} ${lonLat.at(-3)}`;

function distanceToSegment(xy, i, from, to) {
  const dx = xy[2 * to] - xy[2 * from];
  const dy = xy[2 * to + 1] - xy[2 * from + 1];
  const px = xy[2 * i] - xy[2 * from];
  const py = xy[2 * i + 1] - xy[2 * from + 1];
  const square = dx * dx + dy * dy;
  const t = square ? Math.max(0, Math.min(1, (px * dx + py * dy) / square)) : 0;
  return Math.hypot(px - t * dx, py - t * dy);
}

// how far off a line would be without each vertex (Douglas and Peucker, all levels at once)
function weigh(xy) {
  const weights = new Float32Array(xy.length / 2).fill(Infinity);
  const stack = [[0, weights.length - 1, Infinity]];
  while (stack.length) {
    const [first, last, most] = stack.pop();
    let farthest = -1;
    let distance = -1;
    for (let i = first + 1; i < last; i++) {
      const off = distanceToSegment(xy, i, first, last);
      if (off > distance) [farthest, distance] = [i, off];
    }
    if (farthest < 0) continue;
    weights[farthest] = Math.min(most, distance);
    stack.push([first, farthest, weights[farthest]], [farthest, last, weights[farthest]]);
  }
  return weights;
}

// the vertices that are drawn at a zoom, worked out once a level
function drawnXy(path, zoom) {
  if (zoom >= TRUE_ZOOM || path.xy.length <= 4) return path.xy;
  const level = Math.max(0, Math.ceil(zoom));
  return (path.simple[level] ??= simplified(path, TOLERANCE / (256 * 2 ** level)));
}

function simplified(path, tolerance) {
  path.weights ??= weigh(path.xy);
  const chosen = [];
  for (let i = 0; i < path.weights.length; i++) {
    if (path.weights[i] >= tolerance) chosen.push(path.xy[2 * i], path.xy[2 * i + 1]);
  }
  return Float64Array.from(chosen);
}

const meets = (box, [west, north, east, south]) =>
  box[0] <= east && box[2] >= west && box[1] <= south && box[3] >= north;

// the arcs of a grid put end to end; even where rings touch they fill the same ground
function ringsOf(grid) {
  const starts = new Map();
  for (const arc of grid.arcs) {
    const isForward = arc.left === grid;
    const [from, to] = isForward ? arc.ends : [arc.ends[1], arc.ends[0]];
    if (!starts.has(from)) starts.set(from, []);
    starts.get(from).push({ arc, isForward, to });
  }
  const rings = [];
  for (const from of starts.keys()) {
    while (starts.get(from).length) {
      const ring = [];
      for (let next = from; starts.get(next)?.length;) {
        const step = starts.get(next).pop();
        ring.push(step);
        next = step.to;
      }
      rings.push(ring);
    }
  }
  return rings;
}

function crossings(arc, x, y) {
  const { xy, box } = arc;
  if (y < box[1] || y >= box[3] || x > box[2]) return 0;
  let count = 0;
  for (let i = 0; i + 3 < xy.length; i += 2) {
    const [y1, y2] = [xy[i + 1], xy[i + 3]];
    if (y1 > y === y2 > y) continue;
    if (x < xy[i] + ((y - y1) / (y2 - y1)) * (xy[i + 2] - xy[i])) count++;
  }
  return count;
}

function draftModel() {
  const grids = new Map(); // by id
  const arcs = new Map(); // by key
  const model = { grids, arcs, lines: [], base: [], baseMarks: new Set(), prefix: 0 };

  // --- what Python sends ---------------------------------------------------

  function pathsOf([lonLat, offsets]) {
    const all = numbersOf(Float64Array, lonLat);
    const starts = numbersOf(Uint32Array, offsets);
    return Array.from({ length: Math.max(0, starts.length - 1) }, (_, i) =>
      pathOf(all.subarray(2 * starts[i], 2 * starts[i + 1])),
    );
  }

  function addArcs(buffers, names) {
    const [left, right] = [2, 3].map((i) => numbersOf(Int32Array, buffers[i]));
    const keys = numbersOf(Uint32Array, buffers[4]);
    pathsOf(buffers).forEach((path, i) => {
      const side = (row) => (row < 0 ? null : grids.get(names[row]));
      const arc = {
        ...path,
        key: keys[i],
        ends: ends(path),
        left: side(left[i]),
        right: side(right[i]),
      };
      arcs.set(arc.key, arc);
      link(arc, (grid) => grid.arcs.add(arc));
    });
  }

  // an arc with one grid on both sides is in its set once and bounds nothing
  function link(arc, act) {
    for (const grid of [arc.left, arc.right]) {
      if (!grid) continue;
      act(grid);
      Object.assign(grid, { rings: null, bounds: null });
    }
  }

  function dropArc(key) {
    const arc = arcs.get(key);
    if (!arc) return;
    arcs.delete(key);
    link(arc, (grid) => grid.arcs.delete(arc));
  }

  function putGrids(rows, labels) {
    const spots = numbersOf(Float64Array, labels);
    rows.forEach((row, i) => {
      const grid = grids.get(row.id) ?? { arcs: new Set(), rings: null, bounds: null };
      Object.assign(grid, row, { spot: [toX(spots[2 * i]), toY(spots[2 * i + 1])] });
      grids.set(row.id, grid);
    });
  }

  function load(message, buffers) {
    for (const store of [grids, arcs]) store.clear();
    putGrids(message.grids, buffers[7]);
    addArcs(
      buffers,
      message.grids.map(({ id }) => id),
    );
    model.lines = pathsOf([buffers[5], buffers[6]]);
    model.base = buffers[8]?.byteLength ? pathsOf([buffers[8], buffers[9]]) : [...arcs.values()];
    model.baseMarks = new Set(model.base.map(mark));
    model.prefix = sharedPrefix([...grids.keys()]);
    tint();
  }

  function change(message, buffers) {
    putGrids(message.grids ?? [], buffers[5]);
    for (const key of message.dropped ?? []) dropArc(key);
    addArcs(buffers, message.names ?? []);
    for (const id of message.gone ?? []) grids.delete(id);
    tint();
  }

  function sharedPrefix(ids) {
    let length = ids.length > 1 ? ids[0].length : 0;
    for (const id of ids) while (!id.startsWith(ids[0].slice(0, length))) length--;
    return length > 4 ? length : 0;
  }

  // loads as shares of the mean, in five steps; -1 where no load is known
  function tint() {
    model.whole = null;
    const loads = [...grids.values()].map(({ load }) => load).filter(Number.isFinite);
    const mean = loads.reduce((sum, load) => sum + load, 0) / loads.length;
    for (const grid of grids.values()) {
      grid.tint =
        Number.isFinite(grid.load) && mean > 0
          ? LOAD_STEPS.filter((step) => grid.load > step * mean).length
          : -1;
    }
    model.meanLoad = mean;
  }

  // --- questions -----------------------------------------------------------

  function boundsOf(grid) {
    if (grid.bounds) return grid.bounds;
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const arc of grid.arcs) {
      for (const i of [0, 1]) box[i] = Math.min(box[i], arc.box[i]);
      for (const i of [2, 3]) box[i] = Math.max(box[i], arc.box[i]);
    }
    return (grid.bounds = box);
  }

  // of the whole town
  function box() {
    if (model.whole) return model.whole;
    const all = [...grids.values()].map(boundsOf);
    return (model.whole = [0, 1, 2, 3].map((side) =>
      all.reduce(
        (most, sides) => Math[side < 2 ? "min" : "max"](most, sides[side]),
        all[0]?.[side] ?? 0,
      ),
    ));
  }

  function gridAt([x, y]) {
    for (const grid of grids.values()) {
      const box = boundsOf(grid);
      if (x < box[0] || x > box[2] || y < box[1] || y > box[3]) continue;
      let count = 0;
      for (const arc of grid.arcs) if (arc.left !== arc.right) count += crossings(arc, x, y);
      if (count % 2) return grid;
    }
    return null;
  }

  // the nearest vertex of paths within a radius, else the nearest place on an edge of them
  function nearest(paths, [x, y], radius) {
    let vertex = null;
    let edge = null;
    const around = [x - radius, y - radius, x + radius, y + radius];
    for (const path of paths) {
      if (!meets(path.box, around)) continue;
      const { xy } = path;
      for (let i = 0; i < xy.length / 2; i++) {
        const distance = Math.hypot(xy[2 * i] - x, xy[2 * i + 1] - y);
        if (distance <= (vertex?.distance ?? radius)) vertex = { path, row: i, distance };
        if (vertex || i === 0) continue;
        const off = distanceToEdge(xy, i, x, y);
        if (off.distance <= (edge?.distance ?? radius)) edge = { path, row: i, ...off };
      }
    }
    return vertex ? vertexSpot(vertex) : edge && edgeSpot(edge);
  }

  function distanceToEdge(xy, i, x, y) {
    const [x1, y1] = [xy[2 * i - 2], xy[2 * i - 1]];
    const [dx, dy] = [xy[2 * i] - x1, xy[2 * i + 1] - y1];
    const square = dx * dx + dy * dy;
    const share = square ? Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / square)) : 0;
    return { share, distance: Math.hypot(x - x1 - share * dx, y - y1 - share * dy) };
  }

  // a vertex to the last digit, as Python has it
  function vertexSpot({ path, row, distance }) {
    const at = (array) => [array[2 * row], array[2 * row + 1]];
    return { kind: "vertex", path, row, distance, xy: at(path.xy), lonLat: at(path.lonLat) };
  }

  function edgeSpot({ path, row, share, distance }) {
    const at = (array) =>
      [0, 1].map(
        (i) => array[2 * row - 2 + i] + share * (array[2 * row + i] - array[2 * row - 2 + i]),
      );
    return { kind: "edge", path, row, distance, xy: at(path.xy), lonLat: at(path.lonLat) };
  }

  const neighbours = (one, other) =>
    [...one.arcs].some(({ left, right }) => left === other || right === other);
  const arcsBetween = (one, other) =>
    [...one.arcs].filter(
      ({ left, right }) => (left === one && right === other) || (left === other && right === one),
    );

  // borders of the base that are no longer there, and those that are new
  function changes() {
    const now = new Set([...arcs.values()].map(mark));
    return {
      before: model.base.filter((path) => !now.has(mark(path))),
      after: [...arcs.values()].filter((path) => !model.baseMarks.has(mark(path))),
    };
  }

  const shortId = (id) => id.slice(model.prefix);
  return Object.assign(model, {
    load,
    change,
    box,
    boundsOf,
    gridAt,
    nearest,
    neighbours,
    arcsBetween,
    changes,
    shortId,
    pathsOf,
    rings: (grid) => (grid.rings ??= ringsOf(grid)),
  });
}

const LOAD_STEPS = [0.6, 0.85, 1.15, 1.5];
