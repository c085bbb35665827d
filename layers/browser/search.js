// Finds areas and places by id or name, in any tier.
import { fill, h } from "./dom.js";

export function searchBox(box, model, words, go) {
  const LIMIT = 8;
  let entries;

  // read once, when the reader first types
  function readEntries() {
    const all = [];
    const add = (id, name, kind, target) => {
      const text = `${id} ${name ?? ""}`.toLowerCase();
      all.push({ id, name, kind, target, text });
    };
    model.tiers.forEach((tier, index) => tier.ids.forEach((id, row) =>
      add(id, tier.names?.[row], [tier.zh, tier.en], { tier: index, row })));
    model.points.places?.ids.forEach((id, row) =>
      add(id, model.points.places.names?.[row], ["场所", "Places"], { place: row }));
    return all;
  }

  const input = box.querySelector("input");
  const list = box.querySelector("ul");

  function find() {
    entries ??= readEntries();
    const wanted = input.value.trim().toLowerCase();
    const found = wanted ? entries.filter(({ text }) => text.includes(wanted)) : [];
    // what begins with the words comes first
    found.sort((one, other) => other.text.startsWith(wanted) - one.text.startsWith(wanted));
    return found.slice(0, LIMIT);
  }

  let found = [];
  const hit = ({ id, name, kind }, index) => h("li", {}, h("button", { "data-index": index },
    h("b", {}, h("bdi", {}, name || id)), h("span", {}, name ? id : ""), h("em", {}, words.said(kind))));

  function show() {
    found = find();
    const isInVain = !found.length && input.value.trim();
    fill(list, isInVain ? h("li", {}, words.caption("没有找到", "Nothing found")) : found.map(hit));
  }

  function choose(index) {
    if (!found[index]) return;
    fill(list);
    go(found[index].target);
  }

  input.addEventListener("input", show);
  input.addEventListener("keydown", ({ key }) => key === "Enter" && choose(0));
  list.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button) choose(Number(button.dataset.index));
  });
}
