// Finds areas and places by id or name, in any tier.
function searchBox(box, model, words, go) {
  const LIMIT = 8;
  let entries;

  // read once, when the reader first types
  function readEntries() {
    const all = [];
    const add = (id, name, kind, target) => {
      const text = plainText(`${id} ${name ?? ""}`).toLowerCase();
      all.push({ id, name, kind, target, text });
    };
    model.tiers.forEach((tier, index) => tier.ids.forEach((id, row) =>
      add(id, tier.names?.[row], words.caption(tier.zh, tier.en), { tier: index, row })));
    model.points.places?.ids.forEach((id, row) =>
      add(id, model.points.places.names?.[row], words.caption("场所", "Places"), { place: row }));
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
  function show() {
    found = find();
    list.innerHTML = found.map(({ id, name, kind }, index) => `<li><button data-index="${index}">
      <b><bdi>${name || id}</bdi></b><span>${name ? id : ""}</span><em>${kind}</em></button></li>`)
      .join("") || (input.value.trim() ? `<li>${words.caption("没有找到", "Nothing found")}</li>` : "");
  }

  function choose(index) {
    if (!found[index]) return;
    list.innerHTML = "";
    go(found[index].target);
  }

  input.addEventListener("input", show);
  input.addEventListener("keydown", ({ key }) => key === "Enter" && choose(0));
  list.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button) choose(Number(button.dataset.index));
  });
}
