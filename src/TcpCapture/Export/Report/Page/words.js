// Texts for events: one line for the ladder and for screen readers, all fields for the panel.

const FLAG_NAMES = { S: "SYN", F: "FIN", R: "RST", P: "PSH", U: "URG", ".": "ACK", E: "ECE", W: "CWR", e: "AE" };

const EVIDENCE_MARKS = ["○", "◐", "●"];
const EVIDENCE_WORDS = [
  "inferred from segments and calls by RFC 9293",
  "sampled from the socket; the state changed between the two times below",
  "traced: reported by the kernel, to the nanosecond",
];

function flagWords(flags) {
  if (flags === "none") return "no flags";
  return ["S", "F", "R", "P", "U", ".", "E", "W", "e"].filter(letter => flags.includes(letter))
    .map(letter => FLAG_NAMES[letter]).join(" ");
}

function segmentNumbers(event) {
  const parts = [];
  if (event.length > 0 || /[SFR]/.test(event.flags)) parts.push(`seq ${event.relativeSeq}`);
  if (event.relativeAck !== null && event.relativeAck !== undefined) parts.push(`ack ${event.relativeAck}`);
  if (event.length > 0) parts.push(`len ${event.length}`);
  return parts.join(" ");
}

function callOutcome(event) {
  if (event.result !== "") return event.failed ? `✕ ${event.result}` : `= ${event.result}`;
  return event.resumedBy ? "…" : isUnreturned(event) ? "… has not returned" : "";
}

function isUnreturned(event) { return event.result === "" && !event.resumedBy && event.end === null; }

/** Who reset the connection and why, in the words of the terminal's ladder, with the symbol of the evidence. */
function verdictWords({ by, cause, reason }) {
  return `${EVIDENCE_MARKS[reason ? 2 : 0]} reset by the ${by}: ${cause}${reason ? ` (${reason})` : ""}`;
}

/** The text in the ladder. */
function shortText(event) {
  switch (event.kind) {
    case SEGMENT: return event.readable ? `${flagWords(event.flags)} ${segmentNumbers(event)}` : `frame ${event.frame}: not a segment`;
    case STATE: return `${STATES[event.oldState]} → ${STATES[event.newState]}`;
    case CALL: return `${event.call} ${callOutcome(event)}`;
    case ICMP: return event.error;
    default: return event.note;
  }
}

/** The event as a sentence, for screen readers. */
function sentence(event) {
  const who = event.side === null ? "" : SIDES[event.side];
  const connection = event.connection ? `, connection ${event.connection}` : "";
  const head = `Event ${event.number}, ${seconds(event.time, 6)} s${connection}: `;
  const note = event.note ? `; ${event.note}` : "";
  switch (event.kind) {
    case SEGMENT:
      if (!event.readable) return `${head}frame ${event.frame} is not a segment${note}`;
      return `${head}${who} sends ${flagWords(event.flags)} ${segmentNumbers(event)}${event.again ? ", a retransmission" : ""}${event.verdict ? `; ${verdictWords(event.verdict)}` : ""}${note}`;
    case STATE:
      return `${head}${who}${event.connection ? "" : " listener"} ${STATES[event.oldState]} to ${STATES[event.newState]}, ${EVIDENCE[event.evidence]}${note}`;
    case CALL:
      return `${head}${who} calls ${event.call} ${callOutcome(event)}${note}`;
    case ICMP:
      return `${head}ICMP error about a segment of ${who || "no known connection"}${note}`;
    default:
      return `Finding ${event.number}${connection}: ${event.note}`;
  }
}

/** The name of a cause, in one line. */
function reference(event) {
  if (event.kind === SEGMENT && event.readable) return `${SIDES[event.side] ?? ""} ${event.again ? "↻ " : ""}${shortText(event)}`;
  return `${event.side === null || event.kind === ICMP ? "" : SIDES[event.side] + " "}${shortText(event)}`;
}

/** All fields of the event with a value: [name, value, class]. */
function fields(timeline, event) {
  const rows = [];
  const add = (name, value, kind) => {
    if (value !== "" && value !== null && value !== undefined) rows.push([name, String(value), kind]);
  };
  const connection = timeline.connections.get(event.connection);
  add("time", moment(timeline.start, event.time), "mono");
  add("elapsed", `${seconds(event.time, 9)} s`, "mono");
  add("kind", KINDS[event.kind]);
  add("connection", connection ? `${event.connection}: ${connection.client} → ${connection.server}` : event.kind === FINDING ? timeline.info.captures ? "the capture as a whole" : "the recording as a whole" : "none yet, or a listener");
  add("side", event.side === null ? "" : SIDES[event.side]);
  if (event.kind === SEGMENT) addSegment(add, event);
  else if (event.kind === ICMP) addIcmp(add, event);
  else {
    add("local", event.from, "mono");
    add("remote", event.to, "mono");
  }
  if (event.kind === STATE) addChange(add, timeline, event);
  if (event.kind === CALL) addCall(add, event);
  add("note", event.note);
  return rows;
}

function addSegment(add, event) {
  add("frame", `${event.frame} in capture.pcap`);
  if (!event.readable) return;
  add("from", event.from, "mono");
  add("to", event.to, "mono");
  add("flags", `${flagWords(event.flags)} (${event.flags})`);
  add("seq", `${event.relativeSeq} (on the wire ${event.seq})`);
  if (event.ack !== null) add("ack", `${event.relativeAck} (on the wire ${event.ack})`);
  add("length", count(event.length, "byte"));
  add("window", `${event.window}, not scaled`);
  add("client state", event.clientState === null ? "unknown" : STATES[event.clientState]);
  add("server state", event.serverState === null ? "unknown" : STATES[event.serverState]);
  if (event.verdict) add("verdict", verdictWords(event.verdict));
  if (event.again) add("retransmission", "yes: it contains only data sent before");
}

function addIcmp(add, event) {
  add("frame", `${event.frame} in capture.pcap`);
  add("from", event.from, "mono");
  add("about", event.to, "mono");
  add("error", event.error);
}

function addChange(add, timeline, event) {
  add("old state", STATES[event.oldState]);
  add("new state", STATES[event.newState]);
  add("evidence", EVIDENCE_WORDS[event.evidence]);
  if (event.notBefore !== null) add("not before", moment(timeline.start, event.notBefore), "mono");
  if (event.notAfter !== null) add("not after", moment(timeline.start, event.notAfter), "mono");
  if (event.notBefore !== null && event.notAfter !== null && event.notAfter > event.notBefore)
    add("uncertain by", duration(event.notAfter - event.notBefore));
}

function addCall(add, event) {
  add("call", event.call, "mono");
  add("result", event.result === "" ? (event.resumedBy ? `see event ${event.resumedBy.number}` : "has not returned") : event.result);
  if (event.end !== null && event.begin !== null) add("took", duration(event.end - event.begin));
  if (event.socket) add("socket", event.socket);
  if (event.process) add("process", event.process);
}
