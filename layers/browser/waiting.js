// Forms that cannot be sent wait on the phone, each with its name and the time at which it
// was filled in, and go again by themselves. The name stays the same, so that a form acts
// once however often it is sent. Without this script a form is sent as any other.
import { fill, h } from "./dom.js";
import { dropPhoto, photoOf, putPhoto } from "./photo_shelf.js";
import { newName } from "./sendings.js";

const SHELF = "pagoda-waiting";
const PATIENCE = 20_000; // a form that is not answered for so long waits, ms
const PATIENCE_FOR_PHOTO = 300_000; // 8 MB at 30 kB a second
const PAUSE = 15_000; // between two tries, ms
const LATER = new Set([429, 502, 503, 504]); // not now, but nothing is wrong with it

const place = document.getElementById("waiting");
const words = place?.dataset ?? {};
const isChinese = document.documentElement.lang.startsWith("zh");
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
  const forms = stored();
  store(forms.filter((form) => form.name !== name));
  if (forms.some((form) => form.name === name && form.hasPhoto)) dropPhoto(name).catch(() => {});
}

const own = () => stored().filter(({ key }) => key === words.key);

// what a form says
function read(form, button) {
  const texts = [...new FormData(form)].filter(([, value]) => !(value instanceof File));
  const fields = texts.map(([name, value]) => [name, String(value)]);
  const name = form.elements.request_key.value;
  // of both languages that stand in the page the one that is seen
  const heading = form.closest("section")?.querySelector("h2")?.innerText ?? "";
  const title = `${heading} · ${button?.innerText ?? ""}`.trim();
  // a field called action would hide the property of that name
  const hasPhoto = Boolean(fileOf(form));
  return { name, key: words.key, path: form.getAttribute("action"), title, fields, hasPhoto };
}

const fileOf = (form) => form.elements.photo?.files[0];

async function bodyOf({ name, hasPhoto }, fields) {
  if (!hasPhoto) return new URLSearchParams(fields);
  const body = new FormData();
  for (const [field, value] of fields) body.append(field, value);
  body.append("photo", (await photoOf(name)) ?? "");
  return body;
}

// undefined where no answer came
async function post(item) {
  const { path, fields, hasPhoto } = item;
  const token = document.querySelector("input[name=form_token]")?.value;
  const signed = fields.map(([name, value]) => [name, name === "form_token" ? token ?? value : value]);
  try {
    return await fetch(path, {
      method: "POST",
      body: await bodyOf(item, signed),
      headers: { accept: "application/json" },
      signal: AbortSignal.timeout?.(hasPhoto ? PATIENCE_FOR_PHOTO : PATIENCE),
    });
  } catch {
    return undefined;
  }
}

const waits = (answer) => !answer || LATER.has(answer.status);

// sends a form as a browser does: the page that answers is shown
function open({ path, fields, hasPhoto }, file) {
  const inputs = fields.map(([name, value]) => h("input", { type: "hidden", name, value }));
  const form = h("form", { method: "post", action: path, hidden: true }, inputs);
  if (hasPhoto) {
    form.enctype = "multipart/form-data";
    const files = new DataTransfer();
    if (file) files.items.add(file);
    const input = h("input", { type: "file", name: "photo" });
    input.files = files.files;
    form.append(input);
  }
  document.body.append(form);
  form.submit();
}

async function submitted(event) {
  const form = event.target;
  event.preventDefault();
  const buttons = form.querySelectorAll("button");
  if ([...buttons].some(({ disabled }) => disabled)) return;
  for (const button of buttons) button.disabled = true;
  const item = read(form, event.submitter);
  const file = fileOf(form);
  try {
    // kept before it is sent: the page may be closed at any time
    if (file) await putPhoto(item.name, file);
    put(item);
  } catch {
    form.submit();
    return;
  }
  const answer = await post(item);
  if (answer?.ok) {
    drop(item.name);
    location.assign((await answer.json()).location);
    return;
  }
  if (!waits(answer)) {
    drop(item.name);
    open(item, file);
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
    button.addEventListener("click", async () => {
      const file = item.hasPhoto ? await photoOf(name).catch(() => {}) : undefined;
      drop(name);
      open(item, file);
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
    if (form.elements.request_key) form.addEventListener("submit", submitted);
  }
  // a page that comes back as it was left can be sent from again
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) for (const button of document.querySelectorAll(".phone button")) button.disabled = false;
  });
  addEventListener("online", sendAll);
  document.addEventListener("visibilitychange", sendAll);
  setInterval(() => own().some(({ state }) => !state) && sendAll(), PAUSE);
  // what was sent while this page's forerunner was looked at has been read
  for (const { name } of own().filter(({ state }) => state === "sent")) drop(name);
  show();
  sendAll();
}
