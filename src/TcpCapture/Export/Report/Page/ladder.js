// Draws the visible part of the ladder and its surroundings. Each row is an element, so that it can be focused, read aloud and
// found; rows are created and removed while the page scrolls.

const AT_A_JUMP = 40;
const BEYOND = 500;    // pixels drawn above and below the visible part

class Ladder {
  constructor(box, ends) {
    this.box = box;
    this.ends = ends;
    this.laneLayer = box.querySelector(".lanes");
    this.rowLayer = box.querySelector(".rows");
    this.drawn = new Map();
    this.marks = { current: 0, causes: new Set(), effects: new Set() };
    this.view = null;
    this.top = this.bottom = 0;
    this.isWhole = false;
    this.waiting = false;
    addEventListener("scroll", () => this.#soon(), { passive: true });
    new ResizeObserver(() => this.resize()).observe(box);
  }

  show(view) {
    this.view = view;
    this.resize(true);
  }

  resize(always = false) {
    if (!this.view || (!always && this.columns?.width === this.box.clientWidth)) return;
    this.columns = new Columns(this.box.clientWidth, this.view);
    this.box.classList.toggle("narrow", this.columns.isNarrow);
    this.box.classList.toggle("shared", this.view.isShared);
    this.box.style.height = `${this.view.scale.height}px`;
    this.#clear();
    this.draw(true);
    this.#drawEnds();
  }

  #clear() {
    this.drawn.clear();
    this.rowLayer.replaceChildren();
  }

  #soon() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.draw();
    });
  }

  /** Draws what has come into view, unless it is already drawn. */
  draw(always = false) {
    if (!this.view) return;
    const boxTop = this.box.getBoundingClientRect().top;
    const seenTop = Math.max(0, -boxTop), seenBottom = Math.min(this.view.scale.height, innerHeight - boxTop);
    const near = BEYOND / 3;
    if (!always && Math.max(0, seenTop - near) >= this.top && Math.min(this.view.scale.height, seenBottom + near) <= this.bottom) return;
    // After a jump nothing drawn can be kept: draw the visible part now, its surroundings in the next frame.
    const isJump = !always && (seenTop > this.bottom || seenBottom < this.top);
    const beyond = isJump ? AT_A_JUMP : BEYOND;
    this.top = this.isWhole ? 0 : Math.max(0, seenTop - beyond);
    this.bottom = this.isWhole ? this.view.scale.height : Math.min(this.view.scale.height, Math.max(seenBottom, seenTop) + beyond);
    this.#drawRows();
    this.#drawLanes();
    if (isJump) this.#soon();
  }

  /** Returns the element of a row; draws it if necessary. */
  row(i) {
    let row = this.drawn.get(i);
    if (!row) {
      row = this.#makeRow(i);
      this.#insert(i, row);
    }
    return row;
  }

  #makeRow(i) {
    const row = drawRow(this.view, this.columns, i);
    this.#mark(row, this.view.shown[i].number);
    return row;
  }

  /** Inserts a row in the order of events, which screen readers follow. */
  #insert(i, row) {
    let next = null;
    for (const child of this.rowLayer.children) {
      if (Number(child.dataset.row) > i) {
        next = child;
        break;
      }
    }
    this.rowLayer.insertBefore(row, next);
    this.drawn.set(i, row);
  }

  #drawRows() {
    const [first, last] = this.view.rowsBetween(this.top, this.bottom);
    for (const [i, row] of this.drawn) {
      if ((i >= first && i < last) || row === document.activeElement) continue;
      row.remove();
      this.drawn.delete(i);
    }
    if (this.drawn.size === 0) {
      const rows = document.createDocumentFragment();
      for (let i = first; i < last; i++) {
        const row = this.#makeRow(i);
        this.drawn.set(i, row);
        rows.append(row);
      }
      this.rowLayer.append(rows);
    } else {
      for (let i = first; i < last; i++) if (!this.drawn.has(i)) this.#insert(i, this.#makeRow(i));
    }
  }

  #drawLanes() {
    const layer = document.createDocumentFragment();
    this.view.lanes.forEach((lane, at) => {
      const x = this.columns.xs[at] - this.columns.bar / 2;
      if (this.view.isShared) layer.append(this.#bar(x, 0, this.view.scale.height, null, "unknown"));
      for (const span of piecesBetween(lane.spans, this.top, this.bottom)) this.#drawSpan(layer, x, span);
      for (const hatch of piecesBetween(lane.hatches, this.top, this.bottom)) this.#drawHatch(layer, x, hatch);
      for (const bracket of piecesBetween(lane.brackets, this.top, this.bottom)) this.#drawBracket(layer, at, lane, bracket);
    });
    this.laneLayer.replaceChildren(layer);
  }

  #drawSpan(layer, x, span) {
    if (span.bottom <= span.top) return;
    const bar = this.#bar(x, span.top, span.bottom, span.state, span.state === null ? "unknown" : span.since ? EVIDENCE[span.evidence] : "before");
    const from = Math.max(span.top, this.top);
    const certain = Math.max(from, span.certain ?? 0);   // below the hatched part
    const room = Math.min(span.bottom, this.bottom) - certain;
    if (span.state !== null && !this.columns.isNarrow && room > 14 + 7 * STATES[span.state].length) {
      const text = element("span", { class: "span-label" }, STATES[span.state]);
      text.style.marginTop = `${certain - from}px`;
      bar.append(text);
    }
    layer.append(bar);
  }

  #bar(x, top, bottom, state, kind) {
    const from = Math.max(top, this.top), to = Math.min(bottom, this.bottom);
    const bar = element("div", { class: `bar ${kind} ${state === null ? "" : `state-${state}`}` });
    set(bar, { left: x, top: from, width: this.columns.bar, height: Math.max(0, to - from) });
    return bar;
  }

  #drawHatch(layer, x, hatch) {
    const from = Math.max(hatch.top, this.top), to = Math.min(hatch.bottom, this.bottom);
    const mark = element("div", { class: "hatch" });
    set(mark, { left: x, top: from, width: this.columns.bar, height: Math.max(0, to - from) });
    layer.append(mark);
  }

  #drawBracket(layer, at, lane, bracket) {
    const from = Math.max(bracket.top, this.top - 20), to = Math.min(bracket.bottom, this.bottom + 20);
    const inside = this.columns.isNarrow === (lane.side === CLIENT);
    const out = this.columns.bar / 2 + 3 + bracket.level * 5;
    const mark = element("div", {
      class: `bracket ${inside ? "opens-left" : "opens-right"}${bracket.isOpen ? " open" : ""}${bracket.event.failed ? " failed" : ""}`,
      "data-event": bracket.event.number,
    });
    set(mark, { left: inside ? this.columns.xs[at] + out : this.columns.xs[at] - out - 5, top: from, width: 5, height: to - from });
    layer.append(mark);
  }

  /** Draws the names above the lifelines. */
  #drawEnds() {
    const { view, columns } = this;
    const names = [];
    const end = (side, text, connection) => {
      const name = element("span", { class: `end ${SIDES[side]}` }, element("b", {}, SIDES[side]), text ? ` ${text}` : "");
      if (connection?.ends[side].process) name.append(element("span", { class: "process" }, ` ${connection.ends[side].process}`));
      names.push(name);
    };
    const connection = view.timeline.connections.get(view.selection);
    if (connection) {
      end(CLIENT, connection.client, connection);
      end(SERVER, connection.server, connection);
    } else {
      end(CLIENT, view.isShared ? "(all)" : view.places > 1 ? "lifelines from left: connections in order" : "");
      end(SERVER, view.isShared ? "(all)" : view.places > 1 ? "lifelines from right: in order, then the listener" : view.timeline.info.server);
    }
    const [client, server] = names;
    set(client, { left: columns.isNarrow ? 0 : columns.gutter, width: (columns.isNarrow ? columns.width / 2 - 4 : columns.left + columns.bar - columns.gutter) });
    set(server, { left: columns.isNarrow ? columns.width / 2 + 4 : columns.right - columns.bar, width: columns.isNarrow ? columns.width / 2 - 4 : columns.width - columns.right + columns.bar });
    this.ends.replaceChildren(client, server);
  }

  /** Marks the current event, its causes and its effects. */
  setMarks(current, causes, effects) {
    this.marks = { current, causes, effects };
    this.box.classList.toggle("marked", current !== 0);
    for (const [i, row] of this.drawn) this.#mark(row, this.view.shown[i].number);
  }

  #mark(row, number) {
    row.classList.toggle("current", number === this.marks.current);
    row.classList.toggle("cause", this.marks.causes.has(number));
    row.classList.toggle("effect", this.marks.effects.has(number));
  }
}

function set(node, places) {
  for (const [name, value] of Object.entries(places)) node.style[name] = `${value}px`;
}
