"use strict";
// Reads the timeline from rows [kind, …], which ReportRows.cs writes in this order.

const STATES = ["CLOSED", "LISTEN", "SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2", "CLOSE_WAIT",
  "CLOSING", "LAST_ACK", "TIME_WAIT"];
const EVIDENCE = ["inferred", "sampled", "traced"];
const SIDES = ["client", "server"];
const SEGMENT = 0, STATE = 1, CALL = 2, FINDING = 3, CONNECTION = 4, SYN = 5, INFO = 6, END = 7, ICMP = 8;
const KINDS = { [SEGMENT]: "segment", [STATE]: "state", [CALL]: "call", [FINDING]: "finding", [ICMP]: "icmp" };
const CLIENT = 0, SERVER = 1;
const CLOSED = 0, LISTEN = 1;

/** Repeated texts: a string gets the next number; a number refers to the string that got it. */
class Texts {
  static limit = 4096;
  static longest = 200;
  #known = [];

  read(value) {
    if (value === null || value === undefined) return "";
    if (typeof value === "number") return this.#known[value];
    if (this.#known.length < Texts.limit && value.length <= Texts.longest) this.#known.push(value);
    return value;
  }
}

class Timeline {
  info = {};
  end = {};
  events = [];
  findings = [];
  connections = new Map();
  syns = new Map();
  #byNumber = new Map();
  #effects = null;

  constructor(rows) {
    const texts = new Texts();
    for (const row of rows) {
      switch (row[0]) {
        case INFO: this.info = row[1]; break;
        case END: this.end = row[1]; break;
        case CONNECTION: this.#addConnection(row, texts); break;
        case SYN: this.#addSyn(row, texts); break;
        default: this.#addEvent(row, texts);
      }
    }
    this.#order();
    this.start = BigInt(this.info.start ?? "0");
    this.lastTime = this.end.time ?? this.events.reduce((last, e) => Math.max(last, e.time), 0);
    this.#nameUnreported();
    this.#joinCalls();
    this.#findInitialNumbers();
    this.#placeVerdicts();
  }

  /** Puts events in order: those of failed connections beyond the page's limit come when their connection has ended. */
  #order() {
    this.hasLate = this.events.some((e, i) => i > 0 && this.events[i - 1].number > e.number);
    if (!this.hasLate) return;
    this.events.sort((a, b) => a.number - b.number);
    this.events.forEach((e, i) => { e.index = i; });
  }

  /** The first connection that failed; undefined if none did. */
  get firstFailed() {
    let first;
    for (const c of this.connections.values()) if (isFailed(c) && !(first?.number < c.number)) first = c;
    return first;
  }

  event(number) { return this.#byNumber.get(number); }

  causeOf(event) { return event.cause ? this.#byNumber.get(event.cause) : undefined; }

  /** The events that this one caused directly. Findings are not caused by the event they are based on. */
  effectsOf(event) {
    if (!this.#effects) {
      this.#effects = new Map();
      for (const e of this.events) {
        if (!e.cause) continue;
        const known = this.#effects.get(e.cause);
        if (known) known.push(e); else this.#effects.set(e.cause, [e]);
      }
    }
    return this.#effects.get(event.number) ?? [];
  }

  /** The chain of causes, from the direct cause back to the first. */
  causesOf(event) {
    const chain = [];
    const seen = new Set([event.number]);
    for (let e = this.causeOf(event); e && !seen.has(e.number); e = this.causeOf(e)) {
      seen.add(e.number);
      chain.push(e);
    }
    return chain;
  }

  /** The events that this one caused directly or indirectly, up to a limit. */
  consequencesOf(event, limit = 400) {
    const found = new Set();
    const waiting = [event];
    while (waiting.length && found.size < limit) {
      for (const e of this.effectsOf(waiting.shift())) {
        if (found.has(e.number) || found.size >= limit) continue;
        found.add(e.number);
        waiting.push(e);
      }
    }
    return found;
  }

  #addConnection(row, texts) {
    const [, number, client, server, start, end, connState, history, completeness, handshake, synRetransmissions,
      clientSegments, clientBytes, clientAgain, clientState, clientProcess,
      serverSegments, serverBytes, serverAgain, serverState, serverProcess,
      closedBy, resetBy, resetCause, resetReason, resetEvent, note] = row;
    this.connections.set(number, {
      number, client: texts.read(client), server: texts.read(server), start, end, connState: texts.read(connState),
      history: history ?? "", completeness, handshake, synRetransmissions,
      ends: [
        { segments: clientSegments, bytes: clientBytes, again: clientAgain, state: clientState, process: clientProcess ?? "" },
        { segments: serverSegments, bytes: serverBytes, again: serverAgain, state: serverState, process: serverProcess ?? "" }],
      closedBy: texts.read(closedBy), resetBy, resetCause, resetReason, resetEvent, note: note ?? "",
    });
  }

  #addSyn(row, texts) {
    const [, connection, attempt, event, interval, expected, schedule] = row;
    const known = this.syns.get(connection) ?? [];
    known.push({ attempt, event, interval, expected, schedule: texts.read(schedule) });
    this.syns.set(connection, known);
  }

  #addEvent(row, texts) {
    const [kind, number, time, connection, side, cause, note] = row;
    const event = { kind, number, time, connection, side, cause, note: note ?? "", index: this.events.length };
    switch (kind) {
      case SEGMENT: readSegment(event, row, texts); break;
      case STATE: readChange(event, row, texts); break;
      case CALL: readCall(event, row, texts); break;
      case ICMP: readIcmp(event, row, texts); break;
      case FINDING:
        this.findings.push(event);
        this.#byNumber.set(number, event);
        return;
    }
    this.events.push(event);
    this.#byNumber.set(number, event);
  }

  /** Adds connections that have events but no row, since the number of rows is limited. */
  #nameUnreported() {
    for (const e of this.events) {
      if (!e.connection || e.kind === ICMP || this.connections.has(e.connection)) continue;
      const [client, server] = e.side === SERVER ? [e.to, e.from] : [e.from, e.to];
      this.connections.set(e.connection, {
        number: e.connection, client, server, start: e.time, end: this.lastTime, connState: "", history: "",
        completeness: 0, handshake: null, synRetransmissions: 0, closedBy: "", note: "",
        ends: [0, 1].map(() => ({ segments: 0, bytes: 0, again: 0, state: null, process: "" })),
      });
    }
  }

  /** Joins the two rows of a call that took long: the first gets the time of return. */
  #joinCalls() {
    const open = new Map();
    for (const e of this.events) {
      if (e.kind !== CALL || !e.call) continue;
      if (!e.resumed) {
        if (e.end === null) open.set(e.callId, e);
        continue;
      }
      const first = open.get(e.callId);
      if (!first) continue;
      first.end = e.end;
      first.resumedBy = e;
      e.resumes = first;
      open.delete(e.callId);
    }
  }

  /** Adds verdicts to resets: the row of a connection follows the row of its reset. */
  #placeVerdicts() {
    for (const c of this.connections.values()) {
      const reset = c.resetEvent && this.#byNumber.get(c.resetEvent);
      if (reset) reset.verdict = { by: c.resetBy, cause: c.resetCause, reason: c.resetReason };
    }
  }

  /** Makes sequence numbers relative to the SYN of each end, or without a SYN to the first number seen. */
  #findInitialNumbers() {
    for (const e of this.events) {
      if (e.kind !== SEGMENT || !e.readable) continue;
      const c = this.connections.get(e.connection);
      if (!c) continue;
      c.initial ??= [null, null];
      const syn = e.flags.includes("S");
      if (c.initial[e.side] === null || (syn && !c.synSeen?.[e.side]))
        c.initial[e.side] = syn ? e.seq : e.seq - 1;
      if (syn) (c.synSeen ??= [false, false])[e.side] = true;
      if (e.ack !== null && c.initial[1 - e.side] === null && !syn) c.initial[1 - e.side] = e.ack - 1;
      e.relativeSeq = relative(e.seq, c.initial[e.side]);
      e.relativeAck = e.ack === null ? null : relative(e.ack, c.initial[1 - e.side]);
    }
  }
}

/** True if something went wrong with a connection; a probe is no failure. */
function isFailed(connection) { return Boolean(connection.resetCause) && connection.resetCause !== "probe"; }

/** Sequence numbers wrap around; numbers just before the initial one are negative. */
function relative(number, initial) {
  if (initial === null) return number;
  const ahead = (number - initial) >>> 0;
  return ahead > 0xF0000000 ? ahead - 0x100000000 : ahead;
}

function readSegment(event, row, texts) {
  event.frame = row[7];
  event.readable = row.length > 8;
  if (!event.readable) return;
  event.from = texts.read(row[8]);
  event.to = texts.read(row[9]);
  event.flags = texts.read(row[10]);
  [event.seq, event.ack, event.length, event.window, event.clientState, event.serverState] = row.slice(11, 17);
  event.again = row[17] === 1;
}

function readIcmp(event, row, texts) {
  event.frame = row[7];
  event.from = texts.read(row[8]);
  event.to = texts.read(row[9]);
  event.error = row[10] ?? "";
}

function readChange(event, row, texts) {
  event.from = texts.read(row[7]);
  event.to = texts.read(row[8]);
  [event.oldState, event.newState, event.evidence, event.notBefore, event.notAfter] = row.slice(9);
}

function readCall(event, row, texts) {
  event.from = texts.read(row[7]);
  event.to = texts.read(row[8]);
  event.call = texts.read(row[9]);
  event.result = texts.read(row[10]);
  [event.begin, event.end] = row.slice(11, 13);
  event.failed = row[13] === 1;
  [event.socket, event.process, event.callId] = row.slice(14, 17);
  event.resumed = row[17] === 1;
}
