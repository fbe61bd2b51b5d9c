// The panel of one event: its fields, its causes and its effects.

const MAX_LISTED = 40;

class Details {
  constructor(timeline, body, title) {
    this.timeline = timeline;
    this.body = body;
    this.title = title;
    this.clear();
  }

  clear() {
    this.title.textContent = "Event";
    this.body.replaceChildren(
      element("p", { class: "muted hint" }, "Point at an event, or move with ", element("kbd", {}, "j"), " and ",
        element("kbd", {}, "k"), ", to see its fields and causes. ", element("kbd", {}, "?"), " lists all keys."));
  }

  /** Says that the target of a link was left out. */
  missing(what) {
    this.title.textContent = what;
    this.body.replaceChildren(element("p", { class: "warning" },
      `${what} is not on this page, which leaves some out to stay usable: timeline.csv and connections.csv have it.`));
  }

  show(event, isPinned) {
    const kind = event.kind === ICMP ? "ICMP" : KINDS[event.kind][0].toUpperCase() + KINDS[event.kind].slice(1);
    this.title.textContent = `${kind} ${event.number}${isPinned ? ", pinned" : ""}`;
    const list = element("dl", { class: "fields" });
    for (const [name, value, kind] of fields(this.timeline, event))
      list.append(element("dt", {}, name), element("dd", { class: kind ?? null }, value));
    this.body.replaceChildren(element("p", { class: "headline" }, event.kind === FINDING ? event.note : reference(event)), this.#chain(event), list, this.#effects(event));
  }

  #chain(event) {
    const causes = this.timeline.causesOf(event);
    const box = element("div", { class: "chain" });
    if (causes.length === 0) {
      const why = event.cause ? `The cause, event ${event.cause}, is not on this page.`
        : event.kind === FINDING ? "This finding is not based on a single event."
        : event.kind === CALL ? "The program made this call, the first cause of the chain." : "The cause is unknown.";
      box.append(element("p", { class: "muted" }, why));
      return box;
    }
    box.append(element("h3", {}, event.kind === FINDING ? "Based on" : "Caused by"));
    const list = element("ol", { class: "causes" });
    for (const cause of causes.slice(0, MAX_LISTED)) list.append(element("li", {}, linkTo(cause)));
    if (causes.length > MAX_LISTED) list.append(element("li", {}, `… and ${causes.length - MAX_LISTED} earlier`));
    box.append(list);
    return box;
  }

  #effects(event) {
    const effects = this.timeline.effectsOf(event);
    if (effects.length === 0) return "";
    const list = element("ul", { class: "causes" });
    for (const effect of effects.slice(0, MAX_LISTED)) list.append(element("li", {}, linkTo(effect)));
    if (effects.length > MAX_LISTED) list.append(element("li", {}, `… and ${effects.length - MAX_LISTED} more`));
    return element("div", { class: "chain" }, element("h3", {}, "Effects"), list);
  }
}

/** A link to an event in the page. */
function linkTo(event, text = `${event.number} · ${reference(event)}`) {
  return element("a", { href: `#event-${event.number}`, class: `to ${KINDS[event.kind]}` }, text);
}
