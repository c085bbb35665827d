// Shared arcs and points as web mercator, and the shapes that Leaflet draws of them.
export const MERCATOR = {
  x: (lon) => (lon + 180) / 360,
  y: (lat) => 0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI),
  latLng: (x, y) =>
    L.latLng((Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) * 360) / Math.PI - 90, x * 360 - 180),
};

// the digits of `packed_steps` in layers.maps.packing
const DIGITS = new Uint8Array(128);
[..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"].forEach(
  (letter, digit) => { DIGITS[letter.charCodeAt(0)] = digit; });

// numbers of 5 bits a letter, the sixth bit says that more follow
function unpackNumbers(text) {
  const numbers = [];
  for (let i = 0, number = 0, weight = 1; i < text.length; i++) {
    const digit = DIGITS[text.charCodeAt(i)];
    number += (digit & 31) * weight;
    weight *= 32;
    if (digit >= 32) continue;
    numbers.push(number % 2 ? -(number + 1) / 2 : number / 2);
    [number, weight] = [0, 1];
  }
  return numbers;
}

// packed steps to web mercator from 0 to 1
export function unpackSteps(text, decimals) {
  const steps = unpackNumbers(text);
  const xs = new Float64Array(steps.length / 2);
  const ys = new Float64Array(steps.length / 2);
  const unit = 10 ** -decimals;
  for (let i = 0, x = 0, y = 0; i < xs.length; i++) {
    x += steps[2 * i];
    y += steps[2 * i + 1];
    xs[i] = MERCATOR.x(x * unit);
    ys[i] = MERCATOR.y(y * unit);
  }
  return { xs, ys };
}

// Arcs projected once per zoom and shared by all that use them. Points that fall on
// the same half pixel are dropped, for both neighbours alike, so no gap opens.
export function arcStore(map, packed, decimals) {
  const arcs = packed.map((text) => unpackSteps(text, decimals));
  let projected = [];
  let view = "";

  function project({ xs, ys }) {
    const size = 256 * 2 ** map.getZoom();
    const origin = map.getPixelOrigin();
    const points = [];
    let last;
    for (let i = 0; i < xs.length; i++) {
      const x = Math.round(2 * (xs[i] * size - origin.x)) / 2;
      const y = Math.round(2 * (ys[i] * size - origin.y)) / 2;
      if (last && last.x === x && last.y === y) continue;
      points.push((last = new L.Point(x, y)));
    }
    return points;
  }

  function points(number) {
    const now = `${map.getZoom()} ${map.getPixelOrigin()}`;
    if (now !== view) [view, projected] = [now, []];
    const index = number < 0 ? ~number : number;
    projected[index] ??= project(arcs[index]);
    return number < 0 ? projected[index].slice().reverse() : projected[index];
  }

  // west, north, east and south of each arc, in web mercator
  const boxes = arcs.map(({ xs, ys }) => {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = 0; i < xs.length; i++) {
      box[0] = Math.min(box[0], xs[i]);
      box[1] = Math.min(box[1], ys[i]);
      box[2] = Math.max(box[2], xs[i]);
      box[3] = Math.max(box[3], ys[i]);
    }
    return box;
  });

  function bounds(rings) {
    const all = rings.flat().map((number) => boxes[number < 0 ? ~number : number]);
    const [west, north] = [0, 1].map((side) => Math.min(...all.map((box) => box[side])));
    const [east, south] = [2, 3].map((side) => Math.max(...all.map((box) => box[side])));
    return L.latLngBounds(MERCATOR.latLng(west, south), MERCATOR.latLng(east, north));
  }

  return { points, bounds };
}

const overArcs = (Shape) => Shape.extend({
  initialize(rings, arcs, options) {
    L.setOptions(this, options);
    Object.assign(this, { rings, arcs, _latlngs: [], _bounds: arcs.bounds(rings) });
  },
  getCenter() {
    return this.getBounds().getCenter();
  },
  _projectLatlngs(_, result, box) {
    for (const ring of this.rings) {
      const points = [];
      // an arc begins with the point that the one before it ends with
      for (const number of ring) {
        points.pop();
        for (const point of this.arcs.points(number)) points.push(point);
      }
      for (const point of points) box.extend(point);
      result.push(points);
    }
  },
});
export const ArcPolygon = overArcs(L.Polygon);
export const ArcLines = overArcs(L.Polyline);

// fingers instead of a mouse: nothing hovers
export const isTouched = () => window.matchMedia("(pointer: coarse)").matches;

// pixels from where something belongs: on it, then round it in two rings
const NEAR_BY = [[0, 0], ...[20, 36].flatMap((step) =>
  [[0, 1], [0, -1], [1, 0], [-1, 0], [1, 1], [-1, 1], [1, -1], [-1, -1]]
    .map(([dx, dy]) => [dx * step, dy * step]))];

// which boxes on the screen are taken by a word or symbol
export function occupiedBoxes(taken = []) {
  const free = (x, y, halfWidth, halfHeight) =>
    taken.every((box) => Math.abs(box.x - x) >= box.halfWidth + halfWidth
      || Math.abs(box.y - y) >= box.halfHeight + halfHeight);
  return {
    clear() { taken.length = 0; },
    // the same boxes seen from another corner, to take more there
    from: (corner) => occupiedBoxes(
      taken.map((box) => ({ ...box, x: box.x - corner.x, y: box.y - corner.y }))),
    take(x, y, halfWidth, halfHeight) { taken.push({ x, y, halfWidth, halfHeight }); },
    // the nearest of a few places within reach that is free, else the first; then taken
    place(x, y, halfWidth, halfHeight, reach = Infinity) {
      const isFree = ([dx, dy]) =>
        Math.hypot(dx, dy) < reach && free(x + dx, y + dy, halfWidth, halfHeight);
      const [dx, dy] = NEAR_BY.find(isFree) ?? [0, 0];
      this.take(x + dx, y + dy, halfWidth, halfHeight);
      return [x + dx, y + dy];
    },
  };
}
