// Tools: what a click, a drag or Enter means, and the operation that comes of it.
const SNAP_PIXELS = 10;
const GRIP_PIXELS = 9;
const SAME_CLICK_PIXELS = 4;

const TOOLS = {
  redraw: {
    key: "R",
    grids: 2,
    shape: "line",
    of: ([a, b], line) => ({ name: "redraw_border", a, b, line }),
  },
  split: {
    key: "P",
    grids: 1,
    shape: "line",
    of: ([grid], line) => ({ name: "split", grid, line }),
  },
  carve: {
    key: "C",
    grids: 1,
    shape: "ring",
    of: ([grid], line) => ({ name: "carve", grid, line }),
  },
  transfer: {
    key: "T",
    grids: 2,
    shape: "ring",
    of: ([a, b], line) => ({ name: "transfer", a, b, line }),
  },
  merge: { key: "M", grids: Infinity, of: (grids, _, keep) => ({ name: "merge", grids, keep }) },
  vertex: { key: "V", grids: 0 },
};
const NO_TOOL = { grids: 0 };

function draftTools(map, model, ask, changed) {
  const state = {
    name: "",
    chosen: [],
    selected: [],
    keep: "",
    stretches: [],
    pointer: null,
    grip: null,
    lifted: null,
    proposed: null,
    refusal: null,
    isSnapping: true,
    isFollowing: false,
    moves: new Set(),
    isBusy: false,
  };
  const tool = () => TOOLS[state.name] ?? NO_TOOL;
  const isReady = () =>
    state.name &&
    state.name !== "merge" &&
    state.name !== "vertex" &&
    state.chosen.length === tool().grids;
  const points = () => state.stretches.flat();
  const gridsOf = (ids) => ids.map((id) => model.grids.get(id)).filter(Boolean);

  // --- where the pointer is ----------------------------------------------------

  const pixel = () => 1 / (256 * 2 ** map.getZoom());

  function spotAt(containerPoint, isFree) {
    const { lat, lng } = map.containerPointToLatLng(containerPoint);
    const xy = [toX(lng), toY(lat)];
    const free = { kind: "", xy, lonLat: [lng, lat] };
    if (isFree || !state.isSnapping) return free;
    const reach = SNAP_PIXELS * pixel();
    // a vertex that is moved would stick to its own borders
    const border = state.lifted ? null : model.nearest(model.arcs.values(), xy, reach);
    const line = border?.kind === "vertex" ? null : model.nearest(model.lines, xy, reach);
    const [nearer] = [border, line]
      .filter(Boolean)
      .sort(
        (one, other) =>
          (other.kind === "vertex") - (one.kind === "vertex") || one.distance - other.distance,
      );
    return nearer ?? free;
  }

  function borderAt(xy) {
    const border = model.nearest(model.arcs.values(), xy, SNAP_PIXELS * pixel());
    return border?.path.left && border.path.right ? border.path : null;
  }

  function pointTo(containerPoint, isFree = false) {
    const { lat, lng } = map.containerPointToLatLng(containerPoint);
    const xy = [toX(lng), toY(lat)];
    const isDrawing = isReady() || state.name === "vertex";
    const spot = isDrawing ? spotAt(containerPoint, isFree) : { kind: "", xy, lonLat: [lng, lat] };
    const border = state.name === "redraw" && !state.chosen.length ? borderAt(xy) : null;
    state.pointer = { ...spot, border, containerPoint, grid: model.gridAt(xy) };
    if (state.lifted) state.lifted.target = spotAt(containerPoint, isFree);
    changed("pointer");
    propose();
  }

  // --- one operation at a time is tried while it is drawn -------------------------

  function withMoves(operation) {
    return state.moves.size ? { ...operation, moves: [...state.moves].sort() } : operation;
  }

  function pending() {
    if (state.lifted?.target) {
      return { name: "move_vertex", old: state.lifted.lonLat, new: state.lifted.target.lonLat };
    }
    const line = withoutRepeats(
      [...points(), ...(state.pointer ? [state.pointer] : [])].map(({ lonLat }) => lonLat),
    );
    const isLong = isReady() && points().length && line.length >= (tool().shape === "ring" ? 3 : 2);
    if (isLong) return tool().of(state.chosen, line);
    return state.name === "merge" && state.chosen.length > 1 ? whole() : null;
  }

  const withoutRepeats = (line) =>
    line.filter((place, i) => !i || place[0] !== line[i - 1][0] || place[1] !== line[i - 1][1]);

  // what Enter would do
  function whole() {
    const { name, chosen } = state;
    if (name === "merge") return chosen.length > 1 ? tool().of(chosen, null, keeper()) : null;
    const line = withoutRepeats(points().map(({ lonLat }) => lonLat));
    const isLong = isReady() && line.length >= (tool().shape === "ring" ? 3 : 2);
    return isLong ? tool().of(chosen, line) : null;
  }

  const keeper = () => (state.chosen.includes(state.keep) ? state.keep : state.chosen[0]);

  function propose() {
    const operation = state.isBusy ? null : pending();
    if (operation) ask.preview(withMoves(operation));
  }

  function apply(operation) {
    if (state.isBusy || !operation) return;
    state.isBusy = true;
    changed("busy");
    ask.apply(withMoves(operation));
  }

  // --- choosing grids and drawing ------------------------------------------------------

  function use(name) {
    const { selected } = state;
    clear();
    state.name = name;
    const count = tool().grids;
    if (count === Infinity || (count && selected.length === count))
      state.chosen = selected.slice(0, count);
    state.keep = state.chosen[0] ?? "";
    changed("tool");
    propose();
  }

  function clear() {
    Object.assign(state, {
      name: "",
      chosen: [],
      stretches: [],
      grip: null,
      lifted: null,
      proposed: null,
      refusal: null,
    });
    ask.forget();
  }

  // undoes as little as is there to be undone
  function escape() {
    if (state.lifted) state.lifted = null;
    else if (state.stretches.length) state.stretches = [];
    else if (state.chosen.length) state.chosen = [];
    else if (state.name) clear();
    else state.selected = [];
    Object.assign(state, { proposed: null, refusal: null });
    ask.forget();
    changed("tool");
  }

  function toggle(list, id) {
    return list.includes(id) ? list.filter((other) => other !== id) : [...list, id];
  }

  function choose(id) {
    const { name, chosen } = state;
    state.chosen = name === "merge" ? toggle(chosen, id) : [...new Set([...chosen, id])];
    state.keep = keeper() ?? "";
    changed("tool");
    if (name === "merge") propose();
  }

  function select(id, isMore) {
    if (id === undefined) state.selected = [];
    else state.selected = isMore ? toggle(state.selected, id) : [id];
    changed("selection");
  }

  function press({ isMore = false, isFollowing = false } = {}) {
    const { name, pointer } = state;
    if (!pointer || state.isBusy) return;
    if (!name) select(pointer.grid?.id, isMore);
    else if (name === "vertex") pressVertex();
    else if (isReady()) addPoint(isFollowing);
    else if (pointer.border) chooseSides(pointer.border);
    else if (pointer.grid) choose(pointer.grid.id);
  }

  function chooseSides({ left, right }) {
    state.chosen = [left.id, right.id];
    changed("tool");
  }

  const screen = ({ xy }) => map.latLngToContainerPoint([toLat(xy[1]), toLon(xy[0])]);

  function addPoint(isFollowing) {
    const last = points().at(-1);
    const spot = { kind: state.pointer.kind, xy: state.pointer.xy, lonLat: state.pointer.lonLat };
    const isSame = last && screen(last).distanceTo(screen(spot)) < SAME_CLICK_PIXELS;
    if (isSame) return;
    const isClosing =
      tool().shape === "ring" &&
      points().length > 2 &&
      screen(points()[0]).distanceTo(screen(spot)) < SNAP_PIXELS;
    if (isClosing) return void apply(whole());
    if (last && isFollowing !== state.isFollowing) follow(last, spot);
    else addStretch([spot]);
  }

  function addStretch(stretch) {
    state.stretches.push(stretch);
    state.refusal = null;
    changed("drawing");
    propose();
  }

  // the line between two clicks, as Python finds it
  function follow(from, to) {
    state.isBusy = true;
    ask.follow(from.lonLat, to.lonLat, (line) => {
      state.isBusy = false;
      const spots = line.map((lonLat) => ({
        kind: "",
        xy: [toX(lonLat[0]), toY(lonLat[1])],
        lonLat,
      }));
      const [first] = spots;
      const isRepeated =
        first && first.lonLat[0] === from.lonLat[0] && first.lonLat[1] === from.lonLat[1];
      addStretch(isRepeated ? spots.slice(1) : spots);
    });
  }

  function back() {
    if (!state.stretches.pop()) return;
    Object.assign(state, { proposed: null, refusal: null });
    changed("drawing");
    propose();
  }

  function finish() {
    if (state.lifted) return drop();
    return apply(whole());
  }

  // --- vertices ---------------------------------------------------------------------

  const isVertexNear = () =>
    state.pointer?.kind === "vertex" &&
    state.pointer.path.ends &&
    screen(state.pointer).distanceTo(state.pointer.containerPoint) <= GRIP_PIXELS;

  function lift() {
    if (state.name !== "vertex" || state.isBusy || !isVertexNear()) return false;
    const { xy, lonLat } = state.pointer;
    Object.assign(state, {
      grip: { xy, lonLat },
      lifted: { xy, lonLat, target: null },
      refusal: null,
    });
    changed("drawing");
    return true;
  }

  function drop() {
    const { lifted } = state;
    state.lifted = null;
    const isMoved =
      lifted?.target && screen(lifted.target).distanceTo(screen(lifted)) >= SAME_CLICK_PIXELS;
    if (isMoved) apply({ name: "move_vertex", old: lifted.lonLat, new: lifted.target.lonLat });
    changed("drawing");
  }

  function pressVertex() {
    const { pointer } = state;
    if (state.lifted) return drop();
    if (isVertexNear()) return void lift();
    if (pointer.kind === "edge" && pointer.path.ends)
      apply({ name: "insert_vertex", at: pointer.lonLat });
    return undefined;
  }

  function removeVertex() {
    const place = state.lifted ?? state.grip ?? (isVertexNear() ? state.pointer : null);
    if (state.name !== "vertex" || !place) return;
    state.lifted = null;
    apply({ name: "remove_vertex", at: place.lonLat });
  }

  function leave() {
    state.pointer = null;
    changed("pointer");
  }

  // --- answers ----------------------------------------------------------------------

  function settle(grids) {
    const { name } = state;
    state.isBusy = false;
    clear();
    Object.assign(state, { name, selected: grids.filter((id) => model.grids.has(id)) });
    changed("tool");
  }

  function refuse(refusal) {
    Object.assign(state, { isBusy: false, lifted: null, refusal, proposed: null });
    changed("refusal");
  }

  // what the overlay shows
  function scene(before, hasCrosshair) {
    const { pointer, chosen, selected, name } = state;
    const focus = gridsOf(chosen.length || name ? chosen : selected);
    const isChoosing = name && !isReady() && name !== "vertex";
    const border = isChoosing ? pointer?.border : null;
    const stroke = {
      points: points().map(({ xy }) => xy),
      isRing: tool().shape === "ring",
      next: null,
    };
    if (isReady() && points().length && pointer) stroke.next = pointer.xy;
    return {
      chosen: focus,
      hover: border || (name && !isChoosing) ? null : pointer?.grid,
      common: border
        ? model.arcsBetween(border.left, border.right)
        : name === "redraw" && focus.length === 2
          ? model.arcsBetween(...focus)
          : null,
      vertices: vertexGrids(),
      proposed: state.proposed,
      refusal: state.refusal,
      stroke,
      before,
      grip: state.lifted?.target?.xy ?? state.grip?.xy,
      snap: pointer?.kind && (isReady() || name === "vertex") ? pointer : null,
      hasCrosshair,
    };
  }

  function vertexGrids() {
    if (state.name !== "vertex") return null;
    const near = [
      ...gridsOf(state.selected),
      state.pointer?.grid,
      state.pointer?.path?.left,
      state.pointer?.path?.right,
    ];
    return [...new Set(near.filter(Boolean))];
  }

  return {
    state,
    use,
    escape,
    press,
    pointTo,
    back,
    finish,
    lift,
    drop,
    removeVertex,
    select,
    choose,
    settle,
    refuse,
    scene,
    propose,
    leave,
    isReady,
    whole,
    points,
    keeper,
  };
}
