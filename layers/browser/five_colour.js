// Puts the page together: areas, points, panel, search, past days, paper.
import { address } from "./address.js";
import { areaLayers } from "./areas.js";
import { fill, h } from "./dom.js";
import { occupiedBoxes } from "./geometry.js";
import { fingersOf, keyboardOf } from "./keyboard.js";
import { panelOf } from "./panel.js";
import { fillPatterns } from "./patterns.js";
import { pointLayers } from "./points.js";
import { searchBox } from "./search.js";
import { LANGUAGES, speak, wordsOf } from "./words.js";

// The map is one of Leaflet, the model that of `map_model` in layers.maps; the page has
// an empty element of class "pagoda-panel" beside its map.
export function drawFiveColourMap(map, model, { onSelect, onShow } = {}) {
  document.body.append(fillPatterns(model));
  const container = map.getContainer();
  if (!container.closest("main")) {
    const main = h("main");
    container.replaceWith(main);
    main.append(container);
  }
  const words = wordsOf(model);
  for (const [way, zh, en] of [["in", "放大", "Zoom in"], ["out", "缩小", "Zoom out"]]) {
    const button = container.querySelector(`.leaflet-control-zoom-${way}`);
    for (const hint of Object.entries(words.hints("title aria-label", zh, en))) button?.setAttribute(...hint);
  }
  const occupied = occupiedBoxes();
  const points = pointLayers(map, model, words, occupied);
  const areas = areaLayers(map, model, words, occupied, pick);
  points.watch(areas);
  const aside = document.querySelector(".pagoda-panel");
  const panel = panelOf(aside, model, words, points);

  function select(row) {
    areas.select(row);
    panel.select(areas, row);
    address.write({ area: row < 0 ? "" : areas.tier().ids[row] });
    if (row >= 0) onSelect?.(aside.querySelector(".selected"), areas.state.tier, areas.tier().ids[row]);
    uncover(row);
  }

  // on a phone the facts lie over the map: the area is moved above them
  function uncover(row) {
    const facts = aside.querySelector(".selected");
    if (row < 0 || getComputedStyle(facts).position !== "fixed") return;
    const covered = map.getContainer().getBoundingClientRect().bottom - facts.getBoundingClientRect().top;
    const [lon, lat] = areas.tier().labels[row];
    map.panInside([lat, lon], {
      paddingTopLeft: [40, 70], paddingBottomRight: [40, Math.max(40, covered + 40)], animate: false,
    });
  }

  // a point above an area is meant, not the area
  function pick(row, containerPoint) {
    if (!points.at(containerPoint).length) select(row);
  }

  function redraw() {
    areas.drawLetters(points.fixed());
    points.redraw();
  }

  function show(tier, day) {
    map.closePopup();
    areas.show(tier, day);
    select(areas.state.selected);
    panel.update(areas);
    const past = areas.isPast() ? model.days[day] : "";
    note(past);
    onShow?.(areas.isPast());
    address.write({ layer: tier || "", day: past });
    redraw();
  }

  function goTo({ tier, row, place }) {
    map.getContainer().scrollIntoView({ block: "nearest" });
    if (place !== undefined) {
      points.goTo(place);
      panel.updateToggles();
      return;
    }
    show(tier, areas.state.day);
    map.fitBounds(areas.bounds(tier, row), { padding: [120, 120], animate: false });
    select(row);
  }

  // --- signs on the map --------------------------------------------------

  function sign(position, className, ...content) {
    const control = L.control({ position });
    control.onAdd = () => h("div", { class: className }, content);
    control.addTo(map);
    return control.getContainer();
  }

  if (model.synthetic) sign("topright", "synthetic", words.caption("合成数据，自带时钟", "SYNTHETIC DATA, ITS OWN CLOCK"));
  const pastDay = sign("topright", "past-day");
  function note(day) {
    pastDay.hidden = !day;
    fill(pastDay, day && words.caption(`往日 ${day}，只有颜色`, `Past day ${day}: colours only`));
  }

  if (model.review_number) sign("bottomright", "review", model.review_number);
  L.control.scale({ imperial: false, maxWidth: 160 }).addTo(map);
  sign("bottomleft", "north", h("b", {}, "↑"), words.caption("北", "N"));

  if (model.base_map) {
    addTiles(map, model.base_map, () =>
      sign("topright", "no-base", words.caption("底图未能加载", "Base map not loaded")));
    // Leaflet's own control of this class reads markup
    sign("bottomright", "leaflet-control-attribution", model.base_map.attribution);
  }

  // --- the reader's choices ----------------------------------------------

  aside.addEventListener("change", ({ target: { name, value, checked } }) => {
    if (name === "tier") return show(Number(value), areas.state.day);
    if (!(name in points.on)) return undefined;
    if (value === "") points.on[name] = checked;
    else points.on[name][value] = checked;
    // who chooses a scene or a code wants to see what has it
    if (value !== "" && checked) points.on[name === "packs" ? "events" : "places"] = true;
    panel.updateToggles();
    return redraw();
  });
  aside.querySelector(".history input")?.addEventListener("input", ({ target }) =>
    show(areas.state.tier, Number(target.value)));
  aside.addEventListener("click", ({ target }) => {
    if (target.closest(".close")) select(-1);
    const { language } = target.closest("[data-language]")?.dataset ?? {};
    if (language) talk(language);
    const bar = target.closest(".days > span");
    if (bar) show(areas.state.tier, [...bar.parentNode.children].indexOf(bar));
  });
  searchBox(aside.querySelector(".search"), model, words, goTo);
  keyboardOf(map, areas, { select, box: aside.querySelector(".selected") });
  fingersOf(map, words);

  // as the page came; one within a notebook says nothing
  const first = LANGUAGES.find((language) => language === document.documentElement.lang) ?? LANGUAGES[0];
  function talk(language) {
    address.write({ lang: language === first ? "" : language });
    for (const button of aside.querySelectorAll("[data-language]")) {
      button.setAttribute("aria-pressed", button.dataset.language === language);
    }
    document.title = model.title[language === "en" && model.title[1] ? 1 : 0];
    speak(language);
  }

  const around = { paddingTopLeft: [64, 60], paddingBottomRight: [36, 52], animate: false };
  const fit = () => map.fitBounds(model.bounds, around);
  // what the address says; else the whole town today
  function open({ lang, layer, day, area, at }) {
    const [zoom, lat, lon] = (at ?? "").split("/").map(Number);
    if ([zoom, lat, lon].every(Number.isFinite)) map.setView([lat, lon], zoom, { animate: false });
    else fit(); // before anything is drawn, so that it is drawn once
    const tier = Object.keys(model.tiers).includes(layer) ? Number(layer) : 0;
    const date = model.days.indexOf(day);
    show(tier, date < 0 ? model.days.length - 1 : date);
    const row = model.tiers[tier].ids.indexOf(area);
    if (row >= 0) select(row);
    talk(LANGUAGES.includes(lang) ? lang : first);
  }

  open(address.read());
  map.on("moveend", redraw);
  map.on("moveend", () => {
    const { lat, lng } = map.getCenter();
    address.write({ at: [map.getZoom().toFixed(2), lat.toFixed(5), lng.toFixed(5)].join("/") });
  });

  // paper has its own size: fit the drawing to it, then go back to the reader's view
  const density = window.devicePixelRatio || 1;
  let view;
  let pictures = [];
  const method = aside.querySelector(".method");
  let isMethodOpen = false;
  window.addEventListener("beforeprint", () => {
    view = [map.getCenter(), map.getZoom()];
    document.body.classList.add("printing");
    document.body.append(method); // under the map, where it has room
    isMethodOpen = method.open;
    method.open = true;
    L.Browser.retina = true; // Leaflet then draws its canvas twice as dense
    map.closePopup().invalidateSize({ animate: false, pan: false });
    fit();
    points.setScale(3);
    pictures = [...map.getContainer().querySelectorAll("canvas")].map(asPicture);
  });
  window.addEventListener("afterprint", () => {
    document.body.classList.remove("printing");
    aside.querySelector(".selected").before(method);
    method.open = isMethodOpen;
    for (const picture of pictures) picture.remove();
    L.Browser.retina = density > 1;
    map.invalidateSize({ animate: false, pan: false }).setView(...view, { animate: false });
    points.setScale(density);
  });

  function recolour(tier, levels, scores) {
    if (!areas.recolour(tier, levels, scores) || areas.state.tier !== tier) return;
    panel.update(areas);
    redraw();
  }

  return {
    isPast: areas.isPast,
    today: () => show(areas.state.tier, model.days.length - 1),

    // an area by its id, in whichever tier it is
    goToArea(id) {
      const tier = model.tiers.findIndex(({ ids }) => ids.includes(id));
      if (tier >= 0) goTo({ tier, row: model.tiers[tier].ids.indexOf(id) });
    },

    // the layer on the map; the id of the area that is chosen there, undefined for none
    shown: () => ({ tier: areas.state.tier, id: areas.tier().ids[areas.state.selected] }),

    // other levels and scores of today, by the ids of areas
    recolour,

    // what is said now of an area of today; its level with it
    renew(tier, id, { level, ...facts }) {
      const layer = model.tiers[tier];
      const row = layer.ids.indexOf(id);
      for (const [column, value] of Object.entries(facts)) {
        if (layer[column]) layer[column][row] = value;
      }
      recolour(tier, { [id]: level });
      if (areas.state.tier === tier && areas.state.selected === row) panel.renew(areas, row);
    },
  };
}

// A picture over a canvas, for paper: Chromium prints a canvas by playing its drawing
// again, which wipes out what lies under it.
function asPicture(canvas) {
  const picture = new Image();
  picture.src = canvas.toDataURL();
  picture.style.cssText = canvas.style.cssText;
  picture.className = "printed";
  canvas.after(picture);
  return picture;
}

// Tiles under the areas, if the reader can reach them; one note if not.
function addTiles(map, { layers, greatest_zoom: maxNativeZoom }, failed) {
  let told = false;
  for (const url of layers) {
    const tiles = L.tileLayer(url, { maxNativeZoom, maxZoom: 19, subdomains: "01234567" });
    tiles.on("tileerror", () => {
      tiles.remove();
      if (!told) failed();
      told = true;
    });
    tiles.addTo(map);
  }
}
