// The cockpit: the five-colour map, live figures and lists, and the area that is chosen.
import { address } from "./address.js";
import { areaBrief } from "./cockpit_area.js";
import { liveLists } from "./cockpit_lists.js";
import { fill, h } from "./dom.js";
import { drawFiveColourMap } from "./five_colour.js";
import { liveStream, sparing } from "./live.js";
import { wordsOf } from "./words.js";

const PAUSE = 2_000; // figures are fetched at most so often, ms
const WORST = 6;
const page = JSON.parse(document.getElementById("page").textContent);
const isWall = document.body.classList.contains("wall");
const { root } = page;

async function read(path) {
  const answer = await fetch(`${root}${path}`);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

// the clock of the town, which need not be that of this machine
function townClock() {
  const format = new Intl.DateTimeFormat("zh-CN", { timeZone: page.zone, hour12: false, dateStyle: "short", timeStyle: "medium" });
  const box = document.querySelector(".clock");
  let ahead;
  setInterval(() => {
    if (ahead !== undefined) box.textContent = format.format(Date.now() + ahead);
  }, 500);
  return ({ at }) => {
    ahead = Date.parse(at) - Date.now();
  };
}

function paper() {
  const set = (name) => {
    if (name) document.documentElement.dataset.paper = name;
    else delete document.documentElement.dataset.paper;
  };
  set(address.read().paper);
  document.querySelector(".paper").addEventListener("click", () => {
    const name = document.documentElement.dataset.paper ? "" : "dark";
    set(name);
    address.write({ paper: name });
  });
}

async function start() {
  paper();
  const model = await read("/risk/map.json");
  const map = L.map(document.querySelector(".folium-map"), {
    zoomSnap: 0, attributionControl: false, keyboard: false, maxZoom: 19, zoomControl: !isWall,
  });
  const words = wordsOf(model);
  const names = new Map(model.tiers.flatMap(({ ids, names: some }) => ids.map((id, row) => [id, some?.[row] || id])));
  const goTo = (id) => drawing.goToArea(id);
  const lists = liveLists({ page, words, names, styles: model.levels, select: goTo });
  const { said } = lists;
  const sortOf = (tier) => (tier === 0 ? "grids" : model.tiers[tier].is_circle ? "circles" : "communities");
  const brief = areaBrief({ page, words, names, said, select: goTo });

  function onSelect(box, tier, id) {
    if (isWall) return;
    const sort = sortOf(tier);
    if (sort !== "communities") brief.show(box, sort, id);
    readFacts().catch((error) => console.warn(String(error)));
  }

  // what is said of the chosen area, as it is now; what the page came with is older
  async function readFacts() {
    await undefined; // at the opening the map is not there yet
    const { tier, id } = drawing.shown();
    if (id === undefined || drawing.isPast()) return;
    const facts = await read(`/risk/areas/${encodeURIComponent(id)}`);
    if (!drawing.isPast()) drawing.renew(tier, id, facts);
  }

  let stream;
  const drawing = drawFiveColourMap(map, model, {
    onSelect,
    onShow(isPast) {
      if (isPast) return stream?.stop();
      stream?.go();
      if (stream) refresh();
    },
  });

  // --- live ----------------------------------------------------------------

  function worst() {
    const { ids, levels, scores } = model.tiers[0];
    return ids.map((id, row) => ({ id, level: levels[row], score: scores?.[row] ?? null }))
      .filter(({ level }) => level).sort((one, other) => other.level - one.level || other.score - one.score)
      .slice(0, WORST);
  }

  let latest;
  async function readNow() {
    const query = page.area ? `?area=${encodeURIComponent(page.area)}` : "";
    const now = await read(`/now${query}`);
    if (drawing.isPast()) return; // a past day was asked for meanwhile
    latest = now;
    lists.draw(now, worst());
    // those of a week ago are counted aside
    if (now.figures.some(({ before }) => before === null)) setTimeout(refresh, PAUSE);
  }

  // of the grids, from which the worst are taken, and of the layer on the map
  async function readLevels() {
    const sorts = new Set([sortOf(0), sortOf(drawing.shown().tier)]);
    for (const sort of sorts) {
      const { levels, scores } = await read(`/risk/levels?layer=${sort}`);
      if (drawing.isPast()) return;
      model.tiers.forEach((_, tier) => sortOf(tier) === sort && drawing.recolour(tier, levels, scores));
    }
    if (latest) lists.draw(latest, worst());
    await Promise.all([readFacts(), brief.renew()]);
  }

  const refresh = sparing(async () => {
    if (drawing.isPast()) return;
    try {
      await Promise.all([readNow(), readLevels()]);
    } catch (error) {
      console.warn(String(error));
    }
  }, PAUSE);
  const setClock = townClock();
  const age = document.querySelector(".age");
  let lastState = "";

  // said once when it changes, and each second only while nothing is heard
  function changed({ isStopped, silent }) {
    const state = isStopped ? "stopped" : silent ? `${Math.round(silent / 1000)}` : "live";
    if (state === lastState) return;
    lastState = state;
    age.className = `age ${isStopped ? "stopped" : silent ? "silent" : "live"}`;
    if (isStopped) {
      fill(age, said("stopped"), " ", h("button", { type: "button" }, said("back_to_live")));
    } else fill(age, silent ? said("silent", { n: state }) : said("live"));
  }

  function heard(line) {
    if (line.seq === 1) {
      const [zh, en] = page.kinds[line.kind] ?? [line.kind, line.kind];
      const [state_zh, state_en] = page.states[line.state] ?? [line.state, line.state];
      const time = new Date(line.occurred_at).toLocaleTimeString("zh-CN", { timeZone: page.zone, hour12: false, timeStyle: "short" });
      lists.add({
        event_id: line.event_id, kind: { zh, en }, state: { zh: state_zh, en: state_en },
        grid_id: line.grid_id, occurred: time, due: { at: "" },
      });
    }
    refresh();
  }

  stream = liveStream(`${root}/stream`, { heard, pulsed: setClock, changed });
  performance.mark("pagoda-drawn");
  if (drawing.isPast()) stream.stop();
  age.addEventListener("click", ({ target }) => {
    if (target.closest("button")) drawing.today();
  });
  latest = page.now;
  if (latest) lists.draw(latest, worst());
  refresh();
  setInterval(refresh, 60_000); // what time brings about: overdue, the next day
}

start().catch((error) => {
  const box = document.querySelector(".age");
  box.className = "age silent";
  box.textContent = page.words.not_read.join(" ");
  throw error;
});
