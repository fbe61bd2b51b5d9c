// Draws the row of one event.

const HEAD = 8;   // length of an arrow's head

/** The positions of the lifelines, in pixels from the left edge of the ladder. */
class Columns {
  constructor(width, view) {
    this.width = width;
    this.isNarrow = width < 640;
    this.gutter = this.isNarrow ? 62 : 92;
    const bar = this.isNarrow ? 10 : 14;
    this.bar = bar;
    this.step = bar + (this.isNarrow ? 3 : 6);
    const lanes = this.step * view.places;
    const free = width - this.gutter - 2 * lanes;
    const beside = this.isNarrow ? 4 : Math.max(150, Math.min(300, free * 0.325));
    this.left = this.gutter + beside;
    this.right = width - beside;
    this.xs = view.lanes.map(lane => lane.side === CLIENT
      ? this.left + lane.place * this.step + bar / 2
      : this.right - lane.place * this.step - bar / 2);
    this.innerLeft = this.left + lanes;
    this.innerRight = this.right - lanes;
    this.beside = beside;
  }
}

function drawRow(view, columns, i) {
  const e = view.shown[i];
  const row = element("div", {
    class: `row ${KINDS[e.kind]}`, role: "listitem", tabindex: "-1", id: `event-${e.number}`, "data-row": i,
    "aria-label": sentence(e), "aria-posinset": i + 1, "aria-setsize": view.shown.length,
  });
  row.style.top = `${view.scale.tops[i]}px`;
  row.append(gutterOf(view, i));
  if (view.scale.gaps?.[i] === CUT_OUT) row.append(element("span", { class: "cut-band" }));
  switch (e.kind) {
    case SEGMENT:
      if (e.readable) drawSegment(row, view, columns, i, e); else drawUnreadable(row, columns, e);
      break;
    case STATE: drawChange(row, view, columns, e); break;
    case CALL: drawCall(row, view, columns, e); break;
    case ICMP:
      if (e.side === null) drawUnreadable(row, columns, e); else drawIcmp(row, view, columns, e);
      break;
  }
  return row;
}

function gutterOf(view, i) {
  const e = view.shown[i];
  const gutter = element("span", { class: "gutter" });
  const gap = i > 0 ? view.times[i] - view.scale.latest[i - 1] : 0;
  const kind = view.scale.gaps?.[i];
  if (kind === CUT_OUT) cutMark(gutter, gap);
  else if (gap >= 10e6) gutter.append(element("span", { class: "gap" }, `+${duration(gap)}`));
  if (kind === APART) gutter.classList.add("apart");
  if (view.isShared && e.connection) gutter.append(element("span", { class: "of" }, `c${e.connection}`));
  gutter.append(element("span", { class: "time" }, seconds(e.time, 6)));
  return gutter;
}

function cutMark(gutter, gap) {
  gutter.append(element("span", { class: "cut" }, `⩫ ${duration(gap)} cut`));
}

function drawSegment(row, view, columns, i, e) {
  const from = columns.xs[view.laneOf(e, e.side)];
  const to = columns.xs[view.laneOf(e, 1 - e.side)];
  const inset = columns.bar / 2 + 1;
  const right = to > from;
  const x1 = from + (right ? inset : -inset), x2 = to - (right ? inset : -inset);
  const isReset = e.flags.includes("R");
  const repeated = view.timeline.effectsOf(e).find(effect => effect.kind === SEGMENT && effect.again && effect.side === e.side);
  const kind = `${isReset ? " reset" : ""}${e.again ? " again" : ""}${repeated ? " unanswered" : ""}`;
  row.classList.add(...kind.split(" ").filter(Boolean));
  row.append(arrow(x1, x2, right, isReset, repeated !== undefined));
  const label = element("span", { class: "label" });
  if (isReset) label.append(element("b", { class: "mark" }, "✕ "));
  if (e.again) label.append(element("b", { class: "mark" }, "↻ retransmission "));
  label.append(element("b", {}, flagWords(e.flags)));
  // Before the numbers, which are cut if there is no room.
  if (e.verdict) label.append(element("i", { class: "mark" }, ` ${e.verdict.cause} ·`));
  label.append(` ${segmentNumbers(e)}`);
  if (repeated) label.append(element("i", { class: "mark" }, e.again ? " ⇢" : " ⇢ retransmitted")); // both words do not fit
  label.style.left = `${Math.min(x1, x2)}px`;
  label.style.width = `${Math.abs(x2 - x1)}px`;
  row.append(label);
}

/** A horizontal arrow: one capture point sees a segment at one time. */
function arrow(x1, x2, right, isReset, isUnanswered) {
  const way = right ? 1 : -1;
  const y = ANCHOR;
  const drawn = svg("svg", { class: "arrow", "aria-hidden": "true" });
  drawn.append(svg("line", { x1, y1: y, x2: x2 - way * HEAD * 0.6, y2: y }));
  if (isReset) drawn.append(svg("path", { class: "cross", d: `M${x2 - way * 11} ${y - 5}l${way * 10} 10m0 -10l${-way * 10} 10` }));
  else drawn.append(svg("path", {
    class: isUnanswered ? "head hollow" : "head", d: `M${x2} ${y}l${-way * HEAD} -4v8z`,
  }));
  return drawn;
}

/** An arrow to the end whose segment the error quotes; its sender is on the way. */
function drawIcmp(row, view, columns, e) {
  const from = columns.xs[view.laneOf(e, 1 - e.side)];
  const to = columns.xs[view.laneOf(e, e.side)];
  const inset = columns.bar / 2 + 1;
  const right = to > from;
  const x1 = from + (right ? inset : -inset), x2 = to - (right ? inset : -inset);
  row.classList.add("reset");
  row.append(arrow(x1, x2, right, true, false));
  const label = element("span", { class: "label" }, element("b", { class: "mark" }, "✕ ICMP "), e.error.replace(/ \(ICMP.*/, ""));
  label.style.left = `${Math.min(x1, x2)}px`;
  label.style.width = `${Math.abs(x2 - x1)}px`;
  row.append(label);
}

function drawUnreadable(row, columns, e) {
  const label = element("span", { class: "label" }, `⚠ frame ${e.frame}: ${e.note || "not a segment"}`);
  label.style.left = `${columns.innerLeft}px`;
  label.style.width = `${columns.innerRight - columns.innerLeft}px`;
  row.append(label);
}

/** Text beside a lifeline: outside, or on a narrow page between the lifelines. */
function beside(row, view, columns, e, ...parts) {
  const x = columns.xs[view.laneOf(e)];
  const text = element("span", { class: `beside ${SIDES[e.side]}` }, ...parts);
  const room = columns.bar / 2 + 2;
  const marks = 10 + LEVELS * 5;
  if (columns.isNarrow) {
    if (e.side === CLIENT) place(text, columns.innerLeft + marks - 8, columns.innerRight, "start");
    else place(text, columns.innerLeft, columns.innerRight - marks + 8, "end");
  } else if (e.side === CLIENT) place(text, columns.gutter, columns.left - marks, "end");
  else place(text, columns.right + marks, columns.width, "start");
  row.append(text, tick(columns, e, x, room));
}

function place(text, left, right, side) {
  text.style.left = `${left}px`;
  text.style.width = `${Math.max(0, right - left)}px`;
  text.classList.add(side);
}

/** Connects the text to its lifeline. */
function tick(columns, e, x, room) {
  const mark = element("span", { class: "tick" });
  const outward = columns.isNarrow === (e.side === CLIENT);
  const length = e.kind === STATE ? 8 + LEVELS * 5 : 4;
  mark.style.left = `${outward ? x + room - 2 : x - room - length + 2}px`;
  mark.style.width = `${length}px`;
  return mark;
}

function drawChange(row, view, columns, e) {
  row.classList.add(EVIDENCE[e.evidence]);
  beside(row, view, columns, e,
    element("span", { class: `pill state-${e.newState}` }, STATES[e.newState]),
    element("span", { class: "evidence", title: EVIDENCE[e.evidence] }, ` ${EVIDENCE_MARKS[e.evidence]} ${EVIDENCE[e.evidence]}`),
    e.connection || view.timeline.connections.size === 0 ? "" : element("span", { class: "muted" }, " listener"));
}

function drawCall(row, view, columns, e) {
  if (e.failed) row.classList.add("failed");
  // The open bracket shows that the call has not returned.
  const outcome = isUnreturned(e) ? "…" : callOutcome(e);
  row.classList.add("called");
  beside(row, view, columns, e,
    element("span", { class: "call" }, e.call),
    outcome ? element("span", { class: "outcome" }, ` ${outcome}`) : "");
}
