// An area that was chosen: who answers, why this colour, what is open, who is next door.
import { fill, h } from "./dom.js";

export function areaBrief({ page, words, names, said, select }) {
  const { caption, number } = words;
  let wanted; // what is shown of which area, and where

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

  // what is the same stays as it is, and the reader's place in it
  function write(asked, brief) {
    const fresh = [who(brief), open(brief), neighbours(brief)];
    asked.sections?.forEach((before, n) => {
      if (before?.isEqualNode(fresh[n])) fresh[n] = before;
      else if (fresh[n]) before?.replaceWith(fresh[n]);
    });
    if (!asked.sections) place(asked, fresh);
    asked.sections = fresh;
  }

  function place({ box, part }, sections) {
    const print = h("button", { type: "button", class: "print" }, said("print"));
    print.addEventListener("click", printArea);
    fill(part, sections, print);
    box.prepend(sections[0]);
    box.prepend(box.querySelector("h2"));
  }

  // an answer that comes late for another area is dropped
  async function ask(asked) {
    const answer = await fetch(`${page.root}/${asked.sort}/${encodeURIComponent(asked.id)}/brief`);
    const brief = await answer.json();
    if (wanted !== asked) return;
    if (answer.ok) write(asked, brief);
    else fill(asked.part, h("p", {}, caption(brief.detail_zh, brief.detail)));
  }

  return {
    // writes below the facts of the map
    async show(box, sort, id) {
      const part = h("div", { class: "brief", "aria-busy": "true" }, h("p", {}, said("reading")));
      box.append(part);
      part.addEventListener("click", ({ target }) => {
        const area = target.closest("[data-area]")?.dataset.area;
        if (area) select(area);
      });
      const asked = { box, part, sort, id };
      wanted = asked;
      try {
        await ask(asked);
      } catch {
        fill(part, h("p", {}, said("not_read")));
      }
      part.removeAttribute("aria-busy");
    },

    // writes anew what is shown, where it is another by now
    async renew() {
      if (wanted?.part.isConnected) await ask(wanted);
    },
  };
}
