// Forms that cannot be sent wait on the phone, each with its name and the time at which it
// was filled in, and go again by themselves. The name stays the same, so that a form acts
// once however often it is sent. Without this script a form is sent as any other.
import { fill, h } from "./dom.js";

const SHELF = "pagoda-waiting";
const PATIENCE = 20_000; // a form that is not answered for so long waits, ms
const PAUSE = 15_000; // between two tries, ms
const LATER = new Set([429, 502, 503, 504]); // not now, but nothing is wrong with it

const place = document.getElementById("waiting");
const words = place?.dataset ?? {};
const isChinese = document.documentElement.lang.startsWith("zh");
const openedAt = new Date().toISOString();
let isBusy = false;

function stored() {
  try {
    return JSON.parse(localStorage.getItem(SHELF)) ?? [];
  } catch {
    return [];
  }
}

function store(forms) {
  localStorage.setItem(SHELF, JSON.stringify(forms));
}

function put(form) {
  store([...stored().filter(({ name }) => name !== form.name), form]);
}

function drop(name) {
  store(stored().filter((form) => form.name !== name));
}

const own = () => stored().filter(({ key }) => key === words.key);

// a name that no other form has; the pages of an intranet may lack https, and so randomUUID
function newName() {
  const numbers = crypto.getRandomValues(new Uint32Array(4));
  return `w-${[...numbers].map((number) => number.toString(36)).join("")}`;
}

// what a form says, with when it was filled in by the clock of this phone
function read(form, button) {
  const fields = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
  fields.push(["opened_at", openedAt], ["captured_at", new Date().toISOString()]);
  const name = form.elements.request_key.value;
  // of both languages that stand in the page the one that is seen
  const heading = form.closest("section")?.querySelector("h2")?.innerText ?? "";
  const title = `${heading} · ${button?.innerText ?? ""}`.trim();
  // a field called action would hide the property of that name
  return { name, key: words.key, path: form.getAttribute("action"), title, fields };
}

// undefined where no answer came
async function post({ path, fields }) {
  const token = document.querySelector("input[name=form_token]")?.value;
  const signed = fields.map(([name, value]) => [name, name === "form_token" ? token ?? value : value]);
  try {
    return await fetch(path, {
      method: "POST",
      body: new URLSearchParams(signed),
      headers: { accept: "application/json" },
      signal: AbortSignal.timeout?.(PATIENCE),
    });
  } catch {
    return undefined;
  }
}

const waits = (answer) => !answer || LATER.has(answer.status);

// sends a form as a browser does: the page that answers is shown
function open({ path, fields }) {
  const inputs = fields.map(([name, value]) => h("input", { type: "hidden", name, value }));
  const form = h("form", { method: "post", action: path, hidden: true }, inputs);
  document.body.append(form);
  form.submit();
}

async function submitted(event) {
  const form = event.target;
  event.preventDefault();
  const buttons = form.querySelectorAll("button");
  if ([...buttons].some(({ disabled }) => disabled)) return;
  const item = read(form, event.submitter);
  try {
    // kept before it is sent: the page may be closed at any time
    put(item);
  } catch {
    form.submit();
    return;
  }
  for (const button of buttons) button.disabled = true;
  const answer = await post(item);
  if (answer?.ok) {
    drop(item.name);
    location.assign((await answer.json()).location);
    return;
  }
  if (!waits(answer)) {
    drop(item.name);
    open(item);
    return;
  }
  form.elements.request_key.value = newName();
  form.reset();
  for (const button of buttons) button.disabled = false;
  show();
  place.scrollIntoView();
}

async function sendAll() {
  if (isBusy || document.hidden) return;
  isBusy = true;
  for (const item of own().filter(({ state }) => !state)) {
    const answer = await post(item);
    if (waits(answer)) break;
    if (answer.status === 401) {
      place.dataset.isSignedOut = "yes";
      break;
    }
    const body = await answer.json();
    if (answer.ok) put({ ...item, state: "sent", location: body.location });
    else put({ ...item, state: "refused", said: isChinese ? body.detail_zh : body.detail });
  }
  isBusy = false;
  show();
}

function line(item) {
  const { name, state, title, fields } = item;
  const at = new Date(new Map(fields).get("captured_at")).toLocaleString(document.documentElement.lang);
  const note = fields.find(([field, value]) => ["text", "note", "address"].includes(field) && value)?.[1];
  const head = h("p", {}, h("mark", {}, state === "sent" ? "✓" : words.title), ` ${title}`, note && ` · ${note}`);
  const when = h("p", {}, words.captured.replace("{at}", at));
  if (state === "sent") {
    const link = h("a", { class: "press", href: item.location }, words.show);
    link.addEventListener("click", () => drop(name));
    return h("li", {}, head, when, h("p", {}, words.sent, " ", link));
  }
  if (state === "refused") {
    const button = h("button", { type: "button", class: "quiet" }, words.correct);
    button.addEventListener("click", () => {
      drop(name);
      open(item);
    });
    return h("li", {}, head, when, h("p", {}, words.refused, item.said), button);
  }
  return h("li", {}, head, when, h("p", {}, place.dataset.isSignedOut ? words.signedOut : words.waits));
}

function show() {
  const items = own();
  const list = h("ul", {}, items.map(line));
  const heading = items.some(({ state }) => state !== "sent") && h("h2", {}, words.title);
  fill(place, items.length > 0 && h("section", { role: "status" }, heading, list));
}

if (place) {
  for (const form of document.querySelectorAll(".phone form[method=post]")) {
    // what a phone keeps has no room for a photo: its form is sent as any other
    const isPhoto = form.enctype === "multipart/form-data";
    if (form.elements.request_key && !isPhoto) form.addEventListener("submit", submitted);
  }
  addEventListener("online", sendAll);
  document.addEventListener("visibilitychange", sendAll);
  setInterval(() => own().some(({ state }) => !state) && sendAll(), PAUSE);
  // what was sent while this page's forerunner was looked at has been read
  for (const { name } of own().filter(({ state }) => state === "sent")) drop(name);
  show();
  sendAll();
}
