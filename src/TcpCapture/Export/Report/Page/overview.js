// The top of the page: facts of the recording, warnings and findings.

const FINDINGS_AT_FIRST = 40;
const FINDINGS_MORE = 200;

function drawTitle(timeline) {
  const { info } = timeline;
  const name = harmless(info.scenario || "recording");
  document.title = `${name} · TcpCapture`;
  document.getElementById("title").textContent = name;
  document.getElementById("subtitle").textContent =
    `${moment(timeline.start, 0).replace("T", " ").slice(0, 19)} UTC ${info.captures ? "from a capture file" : `on ${harmless(info.host || "an unnamed host")}`} · ${count(timeline.end.events ?? timeline.events.length, "event")}, ${count(timeline.end.connections ?? timeline.connections.size, "connection")}`;
}

function drawFacts(timeline, list) {
  const { info, end } = timeline;
  const add = (name, ...value) => list.append(element("dt", {}, name), element("dd", {}, ...value));
  if (info.captures) {
    document.getElementById("facts-title").textContent = "Capture";
    add(info.captures.length === 1 ? "capture file" : "capture files", info.captures.join(", "));
    add("states", info.stateSourceReason);
  } else {
    if (info.scenario) add("scenario", info.scenario);
    drawHost(info, info.peer ? "first host" : "host", add);
  }

  if (info.peer) drawHost(info.peer, "second host", add);
  if (info.sampleInterval > 0) add("samples", `every ${duration(info.sampleInterval)}${end.longestSamplingGap ? `, longest gap ${duration(end.longestSamplingGap)}` : ""}`);
  if (info.clockBound !== undefined)
    add("clocks", `trace and capture agree within ±${duration(info.clockBound)}${end.clockDrift !== undefined ? `, drifted ${duration(end.clockDrift)}` : ""}`);
  if (end.frames !== undefined) add("frames", info.captures ? end.frames.toLocaleString("en") : `${end.frames.toLocaleString("en")}; ${dropsOf(end)}`);
  if (end.time !== undefined) add("length", `${duration(end.time)}, ${info.captures && end.reason === "done" ? "to the end of the capture" : `ended: ${end.reason}`}`);
  for (const note of end.notes ?? []) add("note", note);
  if (info.tool) add(info.captures ? "analysed by" : "recorded by", `TcpCapture ${info.tool}`);
}

function drawHost(host, name, add) {
  add(name, `${host.host}${host.system ? `, ${host.system}` : ""}`);
  add("captured on", `${host.interface || "a file"}${host.filter ? `, filter “${host.filter}”` : ""}`);
  const { stateSource: source, stateSourceReason: reason } = host;
  add("states", !reason ? source : reason.startsWith(source) ? reason : `${source}: ${reason}`);
}

function dropsOf(end) {
  const known = [];
  if (end.droppedByKernel !== undefined) known.push(`${end.droppedByKernel} dropped by the kernel`);
  if (end.droppedByInterface !== undefined) known.push(`${end.droppedByInterface} by the interface`);
  if (end.traceOverruns !== undefined) known.push(`${end.traceOverruns} kernel events lost`);
  return known.length ? known.join(", ") : "drops unknown";
}

/** Warnings about lost or missing data. */
function drawWarnings(timeline, box) {
  const { info, end, events, findings, connections } = timeline;
  const warn = text => box.append(element("p", { class: "warning" }, text));
  if (end.cutOff) warn(end.cutOff);
  if (end.missing) warn(`This ${info.captures ? "capture" : "recording"} is incomplete: ${end.missing}`);
  if (end.traceFailure) warn(`The kernel trace ended early: ${end.traceFailure}. After that, states were only sampled.`);
  if (end.droppedByKernel > 0 || end.droppedByInterface > 0) warn(`Frames are missing from the capture: ${dropsOf(end)}.`);
  if (end.traceOverruns > 0) warn(`The kernel trace lost ${count(end.traceOverruns, "event")}: states may be missing.`);
  if (end.events > events.length)
    warn(`This page shows the first ${events.length.toLocaleString("en")} of ${count(end.events, "event")}${timeline.firstFailed ? ", and keeps those of connections that failed" : ""}; timeline.csv and timeline.pcapng have all of them.`);
  if (end.findings > findings.length) warn(`This page shows ${findings.length.toLocaleString("en")} of ${count(end.findings, "finding")}; timeline.csv has all of them.`);
  if (end.connections > connections.size) warn(`This page shows ${connections.size.toLocaleString("en")} of ${count(end.connections, "connection")}; connections.csv has all of them.`);
}

/** Shows findings of the recording and of the chosen connection first, others on request. */
class Findings {
  constructor(timeline, box, choose) {
    this.timeline = timeline;
    this.box = box;
    this.choose = choose;
    this.box.addEventListener("click", e => {
      const number = e.target.closest?.("a[data-connection]")?.dataset.connection;
      if (number === undefined) return;
      e.preventDefault();
      this.choose(Number(number));
    });
  }

  show(selection) {
    const all = this.timeline.findings;
    const isFew = all.length <= FINDINGS_AT_FIRST;
    const first = isFew ? all : all.filter(f => f.connection === selection || f.connection === 0).slice(0, FINDINGS_AT_FIRST);
    const rest = isFew ? [] : all.filter(f => f.connection !== selection && f.connection !== 0);
    const list = element("ol", { class: "findings" }, ...first.map(f => this.#item(f)));
    this.box.replaceChildren(all.length ? list : element("p", { class: "muted" }, "None."));
    if (rest.length) this.box.append(this.#more(list, rest));
  }

  /** The element of a finding; draws it if necessary. */
  item(finding) {
    const id = `event-${finding.number}`;
    let item = document.getElementById(id);
    if (!item) {
      item = this.#item(finding);
      this.box.querySelector("ol").append(item);
    }
    return item;
  }

  #item(f) {
    const where = [];
    if (f.connection) where.push(element("a", { href: "#ladder", "data-connection": f.connection }, `connection ${f.connection}`));
    if (f.cause) where.push(this.timeline.event(f.cause) ? element("a", { href: `#event-${f.cause}` }, `event ${f.cause}`) : `event ${f.cause} (not on this page)`);
    const item = element("li", { id: `event-${f.number}`, class: "finding-item", tabindex: "-1" }, ...this.#linked(f.note), " ");
    where.forEach((link, i) => item.append(i ? " · " : "", link));
    return item;
  }

  /** Turns the events named in a sentence into links. */
  #linked(text) {
    return text.split(/(\bevent \d+)/).map(part => {
      const number = /^event (\d+)$/.exec(part)?.[1];
      return number && this.timeline.event(Number(number)) ? element("a", { href: `#event-${number}`, class: "inline" }, part) : part;
    });
  }

  #more(list, rest) {
    const button = element("button", { type: "button" });
    const label = () => { button.textContent = `Show ${count(Math.min(rest.length, FINDINGS_MORE), "more finding")} of ${rest.length.toLocaleString("en")} about other connections`; };
    label();
    button.addEventListener("click", () => {
      list.append(...rest.splice(0, FINDINGS_MORE).filter(f => !document.getElementById(`event-${f.number}`)).map(f => this.#item(f)));
      if (rest.length) label(); else button.remove();
    });
    return button;
  }
}
