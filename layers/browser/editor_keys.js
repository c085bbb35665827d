// Mouse and keys; by keys alone a crosshair in the middle of the map is the pointer.
const PAN_PIXELS = 48;
const FINE_PIXELS = 4;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const TYPED_INTO = "input[type=search], input[type=text], input[type=number], textarea";

// `said` is called with the grid under the crosshair
function draftPointer(root, map, tools, acts, said) {
  const box = map.getContainer();
  let hasCrosshair = false;
  let wasDragged = false;

  // --- mouse ---------------------------------------------------------------

  map.on("mousemove", ({ containerPoint, originalEvent }) => {
    hasCrosshair = false;
    tools.pointTo(containerPoint, originalEvent.altKey);
  });
  map.on("mouseout", () => hasCrosshair || tools.leave());
  map.on("dblclick", () => tools.isReady() && tools.finish());
  map.on("click", ({ containerPoint, originalEvent: { altKey, ctrlKey, metaKey, shiftKey } }) => {
    box.focus({ preventScroll: true });
    if (wasDragged) return;
    tools.pointTo(containerPoint, altKey);
    tools.press({ isMore: ctrlKey || metaKey || shiftKey, isFollowing: shiftKey });
  });

  // a vertex is dragged, or picked up by a click and put down by the next
  map.on("mousedown", ({ containerPoint, originalEvent }) => {
    wasDragged = false;
    if (tools.state.lifted || originalEvent.button) return;
    tools.pointTo(containerPoint);
    if (!tools.lift()) return;
    originalEvent.preventDefault(); // a drag would select the text of the page
    map.dragging.disable();
    document.addEventListener(
      "mouseup",
      (event) => {
        map.dragging.enable();
        wasDragged = true; // the click that follows is part of it
        const spot = map.mouseEventToContainerPoint(event);
        if (spot.distanceTo(containerPoint) < SAME_CLICK_PIXELS) return;
        tools.pointTo(spot, event.altKey);
        tools.drop();
      },
      { once: true },
    );
  });

  // --- keys ----------------------------------------------------------------

  function aim(isFree = false) {
    hasCrosshair = true;
    tools.pointTo(map.getSize().divideBy(2), isFree);
    said(tools.state.pointer.grid);
  }

  function zoom(step) {
    map.setZoom(map.getZoom() + step, { animate: false });
    if (hasCrosshair) aim();
  }

  function moveCrosshair({ key, shiftKey, altKey }) {
    const step = shiftKey ? FINE_PIXELS : PAN_PIXELS;
    map.panBy(
      ARROWS[key].map((way) => way * step),
      { animate: false },
    );
    aim(altKey);
  }

  function pressHere({ shiftKey }) {
    if (!hasCrosshair) aim();
    tools.press({ isFollowing: shiftKey, isMore: shiftKey });
  }

  function enter() {
    if (tools.state.lifted || tools.whole()) tools.finish();
    else if (tools.state.pointer) tools.press();
  }

  const plain = {
    Enter: enter,
    Backspace: tools.back,
    Escape: tools.escape,
    Delete: tools.removeVertex,
    "+": () => zoom(1),
    "=": () => zoom(1),
    "-": () => zoom(-1),
    g: acts.suggest,
    b: acts.before,
    l: acts.follow,
    n: acts.snap,
    s: acts.save,
    f: acts.search,
    "/": acts.search,
    ...Object.fromEntries(
      Object.entries(TOOLS).map(([name, { key }]) => [key.toLowerCase(), acts[name]]),
    ),
  };
  const withControl = { z: acts.undo, y: acts.redo, s: acts.save };

  function actionOf(event) {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (event.ctrlKey || event.metaKey) {
      return event.shiftKey && key === "z" ? acts.redo : withControl[key];
    }
    if (event.target === box && key in ARROWS) return () => moveCrosshair(event);
    if (event.target === box && key === " ") return () => pressHere(event);
    // a button that has the focus is pressed by Enter itself
    return key === "Enter" && event.target !== box ? undefined : plain[key];
  }

  root.addEventListener("keydown", (event) => {
    const isTyping = event.target.matches(TYPED_INTO);
    const action = isTyping && !event.ctrlKey && !event.metaKey ? undefined : actionOf(event);
    if (!action || (isTyping && action !== acts.save)) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  });

  return { hasCrosshair: () => hasCrosshair, again: () => hasCrosshair && aim() };
}
