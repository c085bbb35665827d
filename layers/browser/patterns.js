// Fills of the levels, a pattern over a colour: for shapes of SVG and for a canvas.
import { svg } from "./dom.js";

const SIZE = 10; // pixels of a tile, the same at every zoom
const STROKE = { opacity: 0.24, width: 1.1 };

function tile({ fill, colour, ink, pattern }) {
  return svg("pattern", { id: fill, width: SIZE, height: SIZE, patternUnits: "userSpaceOnUse" },
    svg("rect", { width: SIZE, height: SIZE, fill: colour }),
    svg("path", {
      d: pattern, stroke: ink, "stroke-opacity": STROKE.opacity, "stroke-width": STROKE.width,
      "stroke-linecap": "round", fill: "none",
    }));
}

// an invisible drawing that a page needs once: it defines the fill of each level by its id
export function fillPatterns(model) {
  return svg("svg", { class: "fills", width: 0, height: 0, "aria-hidden": "true" },
    svg("defs", {}, model.legend.map((key) => tile(model.levels[key]))));
}

// the same for a canvas
export function canvasFill({ colour, ink, pattern }) {
  const canvas = Object.assign(document.createElement("canvas"), { width: SIZE, height: SIZE });
  const brush = canvas.getContext("2d");
  brush.fillStyle = colour;
  brush.fillRect(0, 0, SIZE, SIZE);
  Object.assign(brush, {
    strokeStyle: ink, globalAlpha: STROKE.opacity, lineWidth: STROKE.width, lineCap: "round",
  });
  brush.stroke(new Path2D(pattern));
  return brush.createPattern(canvas, "repeat");
}
