const FEW = 6; // scenes that need not be opened first

// The panel beside the map: tiers, legend, past days, overlays, gaps, method card.
function panelOf(aside, model, words, points) {
  const { caption } = words;
  const { symbols } = model;
  const head = (zh, en, after = "") => `<h2>${caption(zh, en)}${after}</h2>`;

  function tiers() {
    return model.tiers.map((tier, index) =>
      `<label><input type="radio" name="tier" value="${index}"><span>${caption(tier.zh, tier.en)}
      </span><em>${tier.ids.length}</em></label>`).join("");
  }

  function toggle(name, value, symbol, words, count) {
    const on = value === "" ? points.on[name] : points.on[name][value];
    return `<label><input type="checkbox" name="${name}" value="${value}"${on ? " checked" : ""}>
      ${symbol}<span>${words}</span><em>${count}</em></label>`;
  }

  const tally = (digits, size) => {
    const counts = new Array(size).fill(0);
    for (const digit of digits) counts[digit]++;
    return counts;
  };

  function codeToggles(places) {
    const counts = tally(places.codes, symbols.codes.length);
    return symbols.codes.map((code, index) => (code.code || counts[index])
      && toggle("codes", index, points.picture({ ...code, sign: "" }),
        caption(code.zh, code.en), counts[index])).filter(Boolean).reverse().join("");
  }

  function sceneToggles(places) {
    const counts = tally(places.scenes, symbols.scenes.length);
    return symbols.scenes.map((scene, index) => toggle("scenes", index,
      points.picture({ ...symbols.scene, sign: scene.sign }),
      caption(scene.zh, scene.en), counts[index])).join("");
  }

  function placeSection() {
    const { places } = model.points;
    if (!places) return "";
    const all = toggle("places", "", "", caption("显示场所", "Show places"), places.ids.length);
    return `<section class="toggles places">${head("场所平安码", "Safety codes of places")}
      <div class="master">${all}</div>
      <div class="codes">${codeToggles(places)}</div>
      <div class="scenes">${sceneToggles(places)}</div></section>`;
  }

  // scenarios of the events on the map, the most frequent first
  function packList({ packs, pack }) {
    if (!packs?.length) return "";
    const counts = tally(pack.rows, packs.length);
    const rows = packs.map((scene, index) => [counts[index], toggle("packs", index,
      points.picture(points.eventSymbol(index, SIGNED)),
      `${caption(scene.zh, scene.en)}${kindsOf(scene)}`, `<i>${counts[index]}</i>`)]);
    rows.sort(([one], [other]) => other - one);
    return `<details class="packs"${packs.length > FEW ? "" : " open"}>
      <summary>${caption("事件场景", "Scenes of the events")} <em>${packs.length}</em></summary>
      <div>${rows.map(([, row]) => row).join("")}</div></details>`;
  }

  // a scene with one kind of its own name says nothing twice
  const kindsOf = ({ zh, kinds }) => (kinds.length === 1 && kinds[0][0] === zh
    ? "" : `<small class="kinds">${kinds.map(words.said).join(" · ")}</small>`);

  function pointSection() {
    const { events, posts, stations } = model.points;
    const packs = events ? packList(events) : "";
    const event = { ...symbols.event, radius: 6, sign: "" };
    const rows = [
      events && toggle("events", "", points.picture(event),
        `${caption("事件", "Events")} <i class="days">${events.span}</i>`, `<i class="events">${events.severities.length}</i>`),
      posts && toggle("posts", "", points.picture(symbols.post),
        caption("责任岗位", "Leader posts"), posts.ids.length),
      stations && toggle("stations", "", points.picture(symbols.station),
        caption("站点", "Stations"), stations.ids.length),
    ].filter(Boolean);
    return rows.length
      ? `<section class="toggles others">${head("其他点位", "Other points")}${rows.join("")}${packs}</section>` : "";
  }

  function gapSection() {
    const rows = model.gaps.map(([zh, en, count]) =>
      `<tr><th>${caption(zh, en)}</th><td>${words.number(count)}</td></tr>`);
    return rows.length ? `<section class="gaps">${head("图上缺口", "Not on the map")}
      <table>${rows.join("")}</table></section>` : "";
  }

  function historySection() {
    const last = model.days.length - 1;
    return last < 1 ? "" : `<section class="history">${head("往日", "Past days",
      '<output class="day"></output>')}<div class="days"></div>
      <input type="range" min="0" max="${last}" value="${last}"
        ${words.hints("aria-label", "往日", "Past days")}></section>`;
  }

  function dates() {
    const past = historySection();
    return `<section class="dates"><dl>
      ${model.dates.map(([zh, en, days]) => words.fact(zh, en, days)).join("")}
      ${model.attribution && words.fact("数据来源", "Data source", model.attribution)}
      ${words.fact("边界版本", "Boundary version", words.said(model.boundary_version))}</dl></section>${past}`;
  }

  const languages = LANGUAGES.map((language, index) => `<button type="button" lang="${language}"
    data-language="${language}">${["中文", "English"][index]}</button>`).join("");

  aside.innerHTML = `<header><h1>${words.said(model.title)}</h1><p>${caption(...model.subject)}</p></header>
    <section class="search"><input type="search" ${words.hints("placeholder aria-label",
      "查找网格、指挥圈、社区、场所", "Find a grid, circle, community or place")}><ul></ul></section>
    <div class="languages">${languages}</div>
    ${dates()}
    <section class="tiers">${head("图层", "Layer")}${tiers()}</section>
    <section class="legend">${head("区域五色", "Areas in five colours",
      `<span class="unit">${caption(...model.unit)}</span>`)}<div></div></section>
    ${placeSection()}${pointSection()}${gapSection()}
    <details class="method"><summary>${caption("方法卡", "Method card")}</summary><dl>
      ${model.card.map(([zh, en, ...texts]) => words.fact(zh, en, caption(...texts))).join("")}
      </dl></details>
    <section class="selected" aria-live="polite" tabindex="-1" hidden></section>`;

  // --- what changes ------------------------------------------------------

  function shares(counts) {
    return model.legend.map((key) => `<span style="flex:${counts[key]};
      background:${model.levels[key].colour}"></span>`).join("");
  }

  function legend(counts) {
    const rows = model.legend.map((key) => {
      const style = model.levels[key];
      return `<tr${counts[key] ? "" : ' class="none"'}><td>${words.swatch(style)}</td>
        <th>${words.strong(style)}</th><td class="range">${words.range(style)}</td>
        <td class="count">${counts[key]}</td></tr>`;
    });
    const total = counts.reduce((sum, count) => sum + count, 0);
    return `<div class="shares">${shares(counts)}</div><table>${rows.join("")}<tr class="total">
      <td></td><th>${caption("合计", "Total")}</th><td class="range"></td>
      <td class="count">${total}</td></tr></table>`;
  }

  function update(areas) {
    const { tier, day } = areas.state;
    aside.querySelector(".legend > div").innerHTML = legend(areas.counts(areas.tier(), day));
    aside.querySelector(`input[name="tier"][value="${tier}"]`).checked = true;
    const events = aside.querySelector("i.events");
    if (events) countEvents(events);
    const slider = aside.querySelector(".history input");
    if (!slider) return;
    slider.value = day;
    aside.querySelector("output.day").innerHTML = model.days[day];
    aside.querySelector(".days").innerHTML = model.days.map((_, index) =>
      `<span${index === day ? ' class="now"' : ""}>${shares(areas.counts(areas.tier(), index))}
      </span>`).join("");
  }

  function countEvents(total) {
    const { severities, pack, packs } = model.points.events;
    const rows = [...severities].map((_, row) => row);
    total.textContent = rows.filter(points.isEventShown).length;
    if (!packs) return;
    const counts = tally(rows.filter(points.isEventOfDay).map((row) => pack.rows[row]), packs.length);
    for (const box of aside.querySelectorAll("input[name=packs]")) {
      box.parentNode.querySelector("em i").textContent = counts[box.value];
    }
  }

  function updateToggles() {
    const total = aside.querySelector("i.events");
    if (total) countEvents(total);
    for (const box of aside.querySelectorAll(".toggles input")) {
      const { name, value } = box;
      box.checked = value === "" ? points.on[name] : points.on[name][value];
    }
  }

  function change(areas, row) {
    const { history } = areas.tier();
    const { day } = areas.state;
    if (!history || day < 1) return "";
    const [before, now] = [day - 1, day].map((d) => areas.levelOn(areas.tier(), row, d));
    return words.row("较前一日", "Since the day before", before === now
      ? caption("颜色未变", "same colour")
      : `${words.strong(before)} → ${words.strong(now)}`);
  }

  function figures(areas, row) {
    const tier = areas.tier();
    const listed = (column, zh, en, figure) => column?.[row]?.length
      && words.row(zh, en, words.list(column[row]), figure);
    const score = tier.scores && `${words.number(tier.scores[row])} ${caption(...model.unit)}`;
    return model.past(areas.state.day)
      ? [words.row("得分", "Score", caption("只列最近一日", "of the last day only"))]
      : [
        score && words.row("得分", "Score", score, "score"),
        tier.events && words.row("事件", "Events", words.number(tier.events[row]), "events"),
        listed(tier.drivers, "成因", "What drives it", "drivers"),
        listed(tier.changes, "变化", "What changed"),
      ];
  }

  function select(areas, row) {
    const box = aside.querySelector(".selected");
    box.hidden = row < 0;
    if (row < 0) return;
    const tier = areas.tier();
    const chain = coded(tier.chain, row);
    const post = coded(tier.accountable_post, row);
    const rows = [
      words.row("编号", "Id", tier.ids[row]),
      words.row("等级", "Level", words.strong(areas.level(row)), "level"),
      change(areas, row),
      ...figures(areas, row),
      chain && words.row("指挥链", "Circles", chain),
      post && words.row("责任岗位", "Accountable post", post),
    ];
    box.innerHTML = `<button class="close" ${words.hints("aria-label", "关闭", "Close")}>×</button>
      <h2>${words.swatch(areas.level(row))}<bdi>${areas.named(tier, row)}</bdi></h2>
      <table class="facts">${rows.filter(Boolean).join("")}</table>`;
    speak(document.documentElement.lang);
  }

  return { update, updateToggles, select };
}
