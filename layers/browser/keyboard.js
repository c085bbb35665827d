// The map by keys: arrows go from area to area, Enter reads its facts, Escape lets go.
import { fill } from "./dom.js";
import { isTouched } from "./geometry.js";

const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

export function keyboardOf(map, areas, { select, box }) {
  const container = map.getContainer();
  container.tabIndex = 0;
  container.setAttribute("role", "application");
  const zh = "地图：方向键逐个查看区域，回车查看详情，加减号缩放";
  const en = "Map: arrows go from area to area, Enter reads its facts, plus and minus zoom";
  Object.assign(container.dataset, { hints: "aria-label", zh, en });

  function step([dx, dy]) {
    const row = areas.beside(dx, dy);
    if (row < 0) return;
    const [lon, lat] = areas.tier().labels[row];
    map.panInside([lat, lon], { padding: [80, 80], animate: false });
    select(row);
  }

  function act(event) {
    const { key } = event;
    if (key in ARROWS) step(ARROWS[key]);
    else if (key === "Enter") box.focus();
    else if (key === "Escape") select(-1);
    else if (key === "+" || key === "=") map.zoomIn();
    else if (key === "-") map.zoomOut();
    else return;
    event.preventDefault();
  }

  container.addEventListener("keydown", (event) => {
    if (event.target === container) act(event);
  });
  box.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    select(-1);
    container.focus();
  });
}

// One finger scrolls the page, as everywhere; two move and zoom the map.
export function fingersOf(map, words) {
  if (!isTouched()) return;
  map.dragging.disable();
  const note = L.DomUtil.create("p", "fingers", map.getContainer());
  fill(note, words.caption("双指移动地图", "Two fingers move the map"));
  let timer;
  map.getContainer().addEventListener("touchmove", ({ touches }) => {
    note.classList.toggle("shown", touches.length === 1);
    clearTimeout(timer);
    timer = setTimeout(() => note.classList.remove("shown"), 1200);
  }, { passive: true });
}
