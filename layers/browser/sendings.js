// A form acts once however often it is sent, also from a page that the button Back brought
// anew: under another name of its request, while the browser put its fields back. What was
// sent stands in the history of the tab, at the page that it was sent from. The same sent
// again bears the name, and the times, of before; what was changed is a form of its own.
import { h } from "./dom.js";

const LATER = 3_600_000; // who sends the same after so long means it again, ms
const NAMES = ["request_key", "page_at", "opened_at", "captured_at"]; // of a sending, not of what is said
const openedAt = new Date().toISOString();
const isPhone = Boolean(document.getElementById("waiting"));
// by its address, its step, and which of these it is on the page
const places = new Map();

// a name that no other form has; the pages of an intranet may lack https, and so randomUUID
export function newName() {
  const numbers = crypto.getRandomValues(new Uint32Array(4));
  return `w-${[...numbers].map((number) => number.toString(36)).join("")}`;
}

const sendings = () => history.state?.sendings ?? {};

// whose page it is: what a form token begins with stays the same for a key
const bearerOf = ({ elements }) => (elements.form_token?.value ?? "").split(".").slice(0, -2).join(".");

// undefined where it was not sent from here, or by somebody else, or long ago
function sendingOf(form) {
  const sending = sendings()[places.get(form)];
  const isOwn = sending?.bearer === bearerOf(form) && Date.now() - sending.at < LATER;
  return isOwn ? sending : undefined;
}

function textOf(form) {
  const pairs = [...new FormData(form)].filter(([name]) => !NAMES.includes(name) && name !== "form_token");
  return JSON.stringify(pairs.map(([name, value]) =>
    [name, value instanceof File ? `${value.name} ${value.size} ${value.lastModified}` : value]));
}

function put(form, name, value) {
  const input = form.elements[name] ?? form.appendChild(h("input", { type: "hidden", name }));
  input.value = value;
}

function sign({ target: form }) {
  if (!places.has(form)) return;
  if (isPhone) {
    put(form, "opened_at", openedAt);
    put(form, "captured_at", new Date().toISOString());
  }
  // its step leads the event on, which refuses it a second time and takes it in a later round
  if ("guarded" in form.dataset) return;
  const before = sendingOf(form);
  const text = textOf(form);
  if (before?.text === text) {
    for (const [name, value] of Object.entries(before.names)) put(form, name, value);
  } else if (before?.names.request_key === form.elements.request_key.value) {
    put(form, "request_key", newName());
  }
  const names = Object.fromEntries(NAMES.filter((name) => form.elements[name])
    .map((name) => [name, form.elements[name].value]));
  const sending = { names, text, bearer: bearerOf(form), at: Date.now() };
  history.replaceState({ ...history.state, sendings: { ...sendings(), [places.get(form)]: sending } }, "");
}

// puts back what the browser does not: fields that it is not to remember, and in some all
function refill(form, text) {
  const values = new Map();
  for (const [name, value] of JSON.parse(text)) values.set(name, [...(values.get(name) ?? []), value]);
  for (const field of form.elements) {
    const own = values.get(field.name) ?? [];
    if (field.type === "checkbox" && field.checked === field.defaultChecked) field.checked = own.includes(field.value);
    if (field.matches("textarea, [type=text], [type=url]") && field.value === field.defaultValue) field.value = own[0] ?? "";
    const isOffered = field.matches("select") && [...field.options].some(({ value }) => value === own[0]);
    if (isOffered && field.selectedIndex === 0) field.value = own[0];
  }
}

for (const form of document.querySelectorAll("form[method=post]")) {
  if (!form.elements.request_key) continue;
  const place = `${form.getAttribute("action")} ${form.elements.action?.value ?? ""}`;
  const number = [...places.values()].filter((other) => other.startsWith(`${place} `)).length;
  places.set(form, `${place} ${number}`);
}
// before any script sends it
addEventListener("submit", sign, true);
if (performance.getEntriesByType("navigation")[0]?.type === "back_forward") {
  for (const form of places.keys()) {
    const sending = "guarded" in form.dataset ? undefined : sendingOf(form);
    if (sending) refill(form, sending.text);
  }
}
