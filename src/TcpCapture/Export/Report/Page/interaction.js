// Reacts to the mouse, the keyboard and the controls.

const THEMES = ["system", "light", "dark"];
const SLICE = 8;    // milliseconds of work before yielding to the browser

class Page {
  constructor(timeline) {
    this.timeline = timeline;
    this.index = new Index(timeline);
    this.ladder = new Ladder(document.getElementById("ladder"), document.getElementById("ends"));
    this.details = new Details(timeline, document.getElementById("details-body"), document.getElementById("details-title"));
    this.findings = new Findings(timeline, document.getElementById("finding-list"), number => this.choose(number, true));
    this.table = new ConnectionTable(timeline, number => this.choose(number, true));
    this.scaleName = "events";
    this.zoom = 1;
    this.pinned = null;
    this.current = null;
    this.texts = new Map();
    this.search = 0;
    this.selection = document.getElementById("selection");
    this.#fillSelection();
  }

  /** Fills the choice of connections. */
  #fillSelection() {
    const { connections } = this.timeline;
    for (const c of connections.values())
      this.selection.append(element("option", { value: c.number }, `${c.number}: ${c.client} → ${c.server}`));
    const all = connections.size > MAX_LIFELINE_PAIRS ? "everything, on two shared lifelines" : "all connections";
    this.selection.append(element("option", { value: "all" }, connections.size === 0 ? "everything" : all));
    document.getElementById("selection-field").hidden = connections.size === 0;
  }

  get firstSelection() {
    const { connections } = this.timeline;
    if (this.timeline.firstFailed) return this.timeline.firstFailed.number;
    return connections.size ? connections.keys().next().value : "all";
  }

  choose(selection, scroll = false) {
    if (selection !== "all" && !this.timeline.connections.has(selection)) {
      this.details.missing(`Connection ${selection}`);
      return;
    }
    if (this.view?.selection !== selection) {
      this.view = new View(this.index, selection);
      this.selection.value = String(selection);
      this.table.mark(selection);
      this.findings.show(selection);
      this.#drawFigures();
      this.applyFilter();
      const connection = this.timeline.connections.get(selection);
      document.getElementById("ladder-of").textContent = connection ? `connection ${selection}: ${connection.client} → ${connection.server}` : "all connections";
    }
    if (scroll) document.querySelector(".ladder-section").scrollIntoView({ block: "start" });
  }

  #drawFigures() {
    const diagram = document.getElementById("diagram-section");
    diagram.hidden = this.view.selection === "all" && this.timeline.connections.size > 1;
    if (!diagram.hidden) document.getElementById("diagram").replaceChildren(drawDiagram(this.view));
    const series = synSeries(this.view);
    document.getElementById("syn-section").hidden = series.length === 0;
    if (series.length) document.getElementById("syn-chart").replaceChildren(drawSynChart(series));
  }

  /** Only what passes; a long timeline is searched in slices, so that typing stays smooth. */
  async applyFilter() {
    const mine = ++this.search;
    const kinds = new Set([...document.querySelectorAll("[name=kind]:checked")].map(box => Number(box.value)));
    const words = document.getElementById("filter").value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const all = this.view.all;
    let shown = kinds.size === 3 && !words.length ? all : [];
    if (shown !== all) {
      let turn = performance.now();
      for (const e of all) {
        if (kinds.has(e.kind === ICMP ? SEGMENT : e.kind) && words.every(word => this.#text(e).includes(word))) shown.push(e);
        if (performance.now() - turn < SLICE) continue;
        await new Promise(resolve => setTimeout(resolve));
        if (mine !== this.search) return;
        turn = performance.now();
      }
    }
    document.getElementById("filter-count").textContent = shown === all ? "" : `${shown.length.toLocaleString("en")} of ${count(all.length, "event")}`;
    this.layOut(shown);
  }

  #text(e) {
    let text = this.texts.get(e.number);
    if (text === undefined) {
      text = `${sentence(e)} ${KINDS[e.kind]} ${e.from ?? ""} ${e.to ?? ""} ${e.kind === SEGMENT && e.readable ? `${e.seq} ${e.ack ?? ""} ${e.flags}` : ""} #${e.number}`.toLowerCase();
      this.texts.set(e.number, text);
    }
    return text;
  }

  layOut(shown) {
    if (this.scaleName === "time") {
      const natural = TimeScale.natural(runningLatest(shown.map(e => e.time)));
      this.perPixel = Math.max(1e-3, steps(natural / this.zoom));
      this.view.lay(shown, times => new TimeScale(times, this.perPixel));
    } else {
      this.view.lay(shown, times => new EventScale(times));
    }
    this.ladder.show(this.view);
    this.#describe();
    this.#markCurrent();
  }

  #describe() {
    const isTime = this.scaleName === "time";
    document.getElementById("zoom").classList.toggle("off", !isTime);
    for (const id of ["zoom-in", "zoom-out"]) document.getElementById(id).disabled = !isTime;
    document.getElementById("zoom-text").textContent = isTime ? `100 px = ${duration(this.perPixel * 100)}` : "zoom";
    const note = document.getElementById("scale-note");
    note.hidden = !isTime;
    note.textContent = isTime ? `To scale, except where marked: gaps longer than ${duration(this.perPixel * MAX_GAP)} are cut (⩫ shows their length), and events closer than ${duration(this.perPixel * ROW)} are moved apart (dotted line).` : "";
    const { end, events } = this.timeline;
    const missing = end.events > events.length ? ` ${count(end.events - events.length, "later event")} are only in timeline.csv.` : "";
    document.getElementById("ladder-end").textContent = this.view.shown.length ? `${count(this.view.shown.length, "event")}.${missing}` : `No event to show.${missing}`;
  }

  switchScale(name) {
    const anchor = this.current && this.view.rowOf.get(this.current.number);
    this.scaleName = name;
    document.querySelector(`[name=scale][value=${name}]`).checked = true;
    this.layOut(this.view.shown);
    if (anchor !== null && anchor !== undefined) this.#reveal(anchor);
  }

  zoomBy(factor) {
    if (this.scaleName !== "time") return;
    this.zoom = Math.min(1e6, Math.max(1e-9, this.zoom * factor));
    const anchor = this.current && this.view.rowOf.get(this.current.number);
    this.layOut(this.view.shown);
    if (anchor !== null && anchor !== undefined) this.#reveal(anchor);
  }

  /** Shows an event with its causes and effects; null for the pinned event, if any. */
  look(event) {
    const shown = event ?? this.pinned;
    if (shown === this.current) return;
    this.current = shown;
    if (shown) this.details.show(shown, shown === this.pinned); else this.details.clear();
    document.getElementById("details").classList.toggle("empty", !shown);
    this.#markCurrent();
  }

  #markCurrent() {
    const e = this.current;
    if (!e) this.ladder.setMarks(0, new Set(), new Set());
    else this.ladder.setMarks(e.number, new Set(this.timeline.causesOf(e).map(cause => cause.number)), this.timeline.consequencesOf(e));
  }

  pin(event) {
    this.pinned = event;
    this.current = undefined;    // redraw it, pinned or not
    this.look(event);
    document.getElementById("unpin").hidden = !event;
    history.replaceState(null, "", event ? `#event-${event.number}` : location.href.split("#")[0]);
  }

  /** Shows an event even if it belongs to another connection, is filtered out or out of view. */
  goTo(event, focus = true) {
    if (event.kind === FINDING) {
      const item = this.findings.item(event);
      item.scrollIntoView({ block: "center" });
      if (focus) item.focus({ preventScroll: true });
      return;
    }
    this.choose(this.index.selectionFor(event, this.view.selection));
    if (!this.view.rowOf?.has(event.number)) this.#clearFilter();
    const i = this.view.rowOf.get(event.number);
    if (i === undefined) {
      this.choose("all");
      return this.goTo(event, focus);
    }
    this.#reveal(i, focus);
  }

  #clearFilter() {
    document.getElementById("filter").value = "";
    for (const box of document.querySelectorAll("[name=kind]")) box.checked = true;
    this.applyFilter();
  }

  #reveal(i, focus = true) {
    const row = this.ladder.row(i);
    const { top, bottom } = row.getBoundingClientRect();
    if (top < 60 || bottom > innerHeight - 60) row.scrollIntoView({ block: "center" });
    this.ladder.draw();
    if (focus) row.focus({ preventScroll: true });
  }

  step(by) {
    const { shown, rowOf } = this.view;
    if (shown.length === 0) return;
    const here = this.current ? rowOf.get(this.current.number) : undefined;
    const next = here === undefined ? (by > 0 ? this.#firstInView() : shown.length - 1) : here + by;
    this.#reveal(Math.min(shown.length - 1, Math.max(0, next)));
  }

  #firstInView() {
    const top = -this.ladder.box.getBoundingClientRect().top;
    const [first] = this.view.rowsBetween(Math.max(0, top) + ROW, Math.max(0, top) + ROW);
    return first;
  }

  stepConnection(by) {
    const numbers = [...this.timeline.connections.keys()];
    const at = numbers.indexOf(this.view.selection);
    const next = numbers[Math.min(numbers.length - 1, Math.max(0, at + by))];
    if (next !== undefined) this.choose(next, true);
  }

  followHash() {
    const number = /^#event-(\d+)$/.exec(location.hash)?.[1];
    const event = number && this.timeline.event(Number(number));
    if (number && !event) this.details.missing(`Event ${number}`);
    if (!event) return;
    this.goTo(event);
    this.pin(event);
  }
}

function listen(page) {
  const box = document.getElementById("ladder");
  const eventAt = target => {
    const number = target.closest?.(".row")?.id.slice("event-".length);
    return number ? page.timeline.event(Number(number)) : null;
  };
  box.addEventListener("mouseover", e => page.look(eventAt(e.target)));
  box.addEventListener("mouseleave", () => page.look(null));
  box.addEventListener("focusin", e => page.look(eventAt(e.target)));
  box.addEventListener("click", e => {
    const event = eventAt(e.target);
    if (event) page.pin(event === page.pinned ? null : event);
  });
  const list = document.getElementById("finding-list");
  list.addEventListener("focusin", e => {
    const id = e.target.closest(".finding-item")?.id;
    if (id && e.target.id === id) page.look(page.timeline.event(Number(id.slice("event-".length))));
  });
  addEventListener("hashchange", () => page.followHash());
  document.addEventListener("click", e => {
    // A second click on the same link does not change the hash.
    const href = e.target.closest?.("a[href^='#event-'], a")?.getAttribute("href");
    if (href && href === location.hash) page.followHash();
  });
  page.selection.addEventListener("change", () => page.choose(page.selection.value === "all" ? "all" : Number(page.selection.value)));
  for (const radio of document.querySelectorAll("[name=scale]")) radio.addEventListener("change", () => page.switchScale(radio.value));
  for (const kind of document.querySelectorAll("[name=kind]")) kind.addEventListener("change", () => page.applyFilter());
  document.getElementById("filter").addEventListener("input", () => page.applyFilter());
  document.getElementById("zoom-in").addEventListener("click", () => page.zoomBy(2));
  document.getElementById("zoom-out").addEventListener("click", () => page.zoomBy(0.5));
  document.getElementById("unpin").addEventListener("click", () => page.pin(null));
  document.getElementById("help-button").addEventListener("click", () => document.getElementById("help").showModal());
  document.getElementById("theme").addEventListener("click", switchTheme);
  document.addEventListener("keydown", e => onKey(page, e));
}

function switchTheme() {
  const root = document.documentElement;
  const next = THEMES[(THEMES.indexOf(root.dataset.theme ?? "system") + 1) % THEMES.length];
  root.dataset.theme = next;
  document.getElementById("theme").textContent = `Theme: ${next}`;
}

function onKey(page, e) {
  if (e.ctrlKey || e.metaKey || e.altKey || document.getElementById("help").open) return;
  const isTyping = e.target.matches("input[type=search], select");
  if (e.key === "Escape") {
    if (isTyping) e.target.blur(); else if (page.pinned) page.pin(null); else page.look(null);
    return;
  }
  if (isTyping) return;
  const isInLadder = e.target.closest?.("#ladder") !== null;
  const act = keyAction(page, e.key, isInLadder);
  if (!act) return;
  e.preventDefault();
  act();
}

function keyAction(page, key, isInLadder) {
  switch (key) {
    case "j": return () => page.step(1);
    case "k": return () => page.step(-1);
    case "ArrowDown": return isInLadder ? () => page.step(1) : null;
    case "ArrowUp": return isInLadder ? () => page.step(-1) : null;
    case "Home": return isInLadder ? () => page.step(-Infinity) : null;
    case "End": return isInLadder ? () => page.step(Infinity) : null;
    case "Enter": return isInLadder && page.current ? () => page.pin(page.current === page.pinned ? null : page.current) : null;
    case "c": return () => follow(page, page.current && page.timeline.causeOf(page.current));
    case "e": return () => follow(page, page.current && page.timeline.effectsOf(page.current)[0]);
    case "s": return () => page.switchScale(page.scaleName === "time" ? "events" : "time");
    case "+": case "=": return () => page.zoomBy(2);
    case "-": return () => page.zoomBy(0.5);
    case "n": return () => page.stepConnection(1);
    case "p": return () => page.stepConnection(-1);
    case "/": return () => document.getElementById("filter").focus();
    case "?": return () => document.getElementById("help").showModal();
    default: return null;
  }
}

function follow(page, event) {
  if (!event) return;
  page.goTo(event);
  if (page.pinned) page.pin(event); else page.look(event);
}
