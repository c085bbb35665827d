// An area that was chosen: who answers, why this colour, what is open, who is next door.
import { fill, h } from "./dom.js";

export function areaBrief({ page, words, names, said, select }) {
  const { caption, number } = words;
  let wanted;

  const name = (id) => names.get(id) ?? id;
  const clock = (time) => new Date(time).toLocaleString("zh-CN", { timeZone: page.zone, hour12: false, dateStyle: "short", timeStyle: "short" });
  const holding = ({ post_id: post, holder_id: holder, reason, title, phone, until, is_region_leader: isRegional }) => h("span", {},
    h("b", {}, title || post || said("no_post")), title ? h("span", {}, " ", post) : null,
    holder ? h("span", { class: "holder" }, " ", holder) : null,
    phone ? [" ", h("a", { class: "phone", href: `tel:${phone}` }, phone)] : null,
    until ? h("small", {}, " ", said("until", { at: clock(until) })) : null,
    isRegional ? h("em", { class: "regional" }, " ", said("region_leader")) : null,
    reason ? h("em", {}, " ", said(reason)) : null);

  function who({ command, chain }) {
    const leaders = command.leaders.map((leader) => h("li", {}, h("span", { class: "where" }, name(leader.area_id)), holding(leader)));
    return h("section", { class: "who" }, h("h3", {}, said("who")),
      command.accountable_post
        ? h("p", { class: "accountable" }, holding({
          ...command.leaders.find(({ post_id: post }) => post === command.accountable_post), reason: command.accountable_reason,
        }))
        : h("p", {}, said("nobody")),
      h("h4", {}, said("chain")), h("ol", {}, leaders.length ? leaders : chain.map(({ name: circle }) => h("li", {}, circle))));
  }

  function open({ open: events }) {
    if (!events) return null;
    const kinds = events.by_kind.map(({ kind, events: count }) =>
      h("li", {}, caption(...(page.kinds[kind] ?? [kind, kind])), " ", h("b", {}, number(count))));
    return h("section", { class: "open-here" }, h("h3", {}, said("open_here", { n: number(events.total) })),
      kinds.length ? h("ul", {}, kinds) : h("p", {}, said("none")));
  }

  function neighbours({ neighbours: areas }) {
    return h("section", { class: "beside" }, h("h3", {}, said("beside")), h("ul", {}, areas.map((area) =>
      h("li", {}, h("button", { type: "button", class: "area", "data-area": area.area_id }, h("bdi", {}, name(area.area_id))),
        h("small", {}, ` ${number(Math.round(area.border_m))} m `), h("span", { class: "post" }, area.post_id ?? "")))));
  }

  // paper of its own: what is beside the facts stays away
  function printArea() {
    document.body.classList.add("paper-area");
    window.addEventListener("afterprint", () => document.body.classList.remove("paper-area"), { once: true });
    window.print();
  }

  // writes below the facts of the map; an answer that comes late for another area is dropped
  return async function show(box, sort, id) {
    wanted = id;
    const part = h("div", { class: "brief", "aria-busy": "true" }, h("p", {}, said("reading")));
    box.append(part);
    const print = h("button", { type: "button", class: "print" }, said("print"));
    print.addEventListener("click", printArea);
    part.addEventListener("click", ({ target }) => {
      const area = target.closest("[data-area]")?.dataset.area;
      if (area) select(area);
    });
    try {
      const answer = await fetch(`${page.root}/${sort}/${encodeURIComponent(id)}/brief`);
      if (wanted !== id) return;
      const brief = await answer.json();
      if (!answer.ok) fill(part, h("p", {}, caption(brief.detail_zh, brief.detail)));
      else {
        fill(part, who(brief), open(brief), neighbours(brief));
        box.prepend(part.querySelector(".who"));
        box.prepend(box.querySelector("h2"));
        part.append(print);
      }
    } catch {
      fill(part, h("p", {}, said("not_read")));
    }
    part.removeAttribute("aria-busy");
  };
}
