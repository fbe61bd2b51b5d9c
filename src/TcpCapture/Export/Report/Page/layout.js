// Lays out the events of a selection: lifelines, state bars and call brackets. The layout is computed once for a selection and a
// scale; only the visible part is drawn.

const MAX_LIFELINE_PAIRS = 4;   // more connections share one pair of lifelines
const LEVELS = 3;               // brackets side by side; more overlap

/** Finds the events of connections and listeners. */
class Index {
  constructor(timeline) {
    this.timeline = timeline;
    this.byConnection = new Map();
    this.loose = [];
    this.sockets = new Map();      // socket → connection
    this.listeners = new Set();    // addresses that listened
    for (const e of timeline.events) {
      if (e.connection) {
        const known = this.byConnection.get(e.connection);
        if (known) known.push(e); else this.byConnection.set(e.connection, [e]);
        if (e.kind === CALL && e.socket && !/^accept/.test(e.call) && !this.sockets.has(e.socket)) this.sockets.set(e.socket, e.connection);
      } else {
        this.loose.push(e);
        if (e.kind === STATE && (e.newState === LISTEN || e.oldState === LISTEN)) this.listeners.add(e.from);
      }
    }
    this.listenerSockets = new Map();
    for (const e of this.loose)
      if (e.kind === CALL && e.side === SERVER && e.socket && e.from) this.listenerSockets.set(e.socket, e.from);
  }

  /** True for an event without a connection number that concerns a connection: of its listener, or of its own socket. */
  concerns(loose, connection) {
    if (loose.kind === CALL) {
      if (!loose.socket) return true;
      if (this.sockets.get(loose.socket) === connection.number) return true;
      const listener = this.listenerSockets.get(loose.socket);
      return listener !== undefined && sameListener(listener, connection.server);
    }
    return loose.kind === STATE && loose.side === SERVER && sameListener(loose.from, connection.server);
  }

  eventsOf(selection) {
    if (selection === "all") return this.timeline.events;
    const connection = this.timeline.connections.get(selection);
    const loose = connection ? this.loose.filter(e => this.concerns(e, connection)) : [];
    const own = this.byConnection.get(selection) ?? [];
    return [...own, ...loose].sort((a, b) => a.index - b.index);
  }

  /** A selection that shows the event: its connection, the first connection of its listener, or all. */
  selectionFor(event, preferred) {
    if (preferred === "all" || this.timeline.connections.size === 0) return "all";
    if (event.connection) return event.connection;
    const now = this.timeline.connections.get(preferred);
    if (event.kind === FINDING || (now && this.concerns(event, now))) return preferred;
    for (const connection of this.timeline.connections.values()) if (this.concerns(event, connection)) return connection.number;
    return "all";
  }
}

function sameListener(listener, server) {
  if (listener === server) return true;
  const port = /:\d+$/.exec(server ?? "")?.[0];
  return /^(0\.0\.0\.0|\[::\]):\d+$/.test(listener ?? "") && port !== undefined && listener.endsWith(port);
}

/** The events of a selection and their lifelines. */
class View {
  constructor(index, selection) {
    this.timeline = index.timeline;
    this.index = index;
    this.selection = selection;
    this.all = index.eventsOf(selection);
    const connections = selection === "all" ? [...index.timeline.connections.keys()] : [selection];
    this.isShared = connections.length > MAX_LIFELINE_PAIRS;
    this.#makeLanes(connections);
  }

  #makeLanes(connections) {
    this.lanes = [];
    this.laneOfKey = new Map();
    const add = (key, lane) => {
      this.laneOfKey.set(key, this.lanes.length);
      this.lanes.push({ ...lane, spans: [], hatches: [], brackets: [] });
    };
    if (this.isShared || connections.length === 0) {
      add("0/0", { side: CLIENT, connection: 0, place: 0 });
      add("0/1", { side: SERVER, connection: 0, place: 0 });
      this.places = 1;
      return;
    }
    connections.forEach((number, i) => {
      add(`${number}/0`, { side: CLIENT, connection: number, place: i });
      add(`${number}/1`, { side: SERVER, connection: number, place: i });
    });
    this.places = connections.length;
    this.laneOfKey.set("0/0", 0);
    if (connections.length > 1 && this.index.loose.some(e => e.kind === STATE)) {
      add("0/1", { side: SERVER, connection: 0, place: this.places++, isListener: true });
    } else {
      this.laneOfKey.set("0/1", 1);
    }
  }

  laneOf(event, side = event.side) {
    let connection = event.connection;
    if (!connection && event.kind === CALL) connection = this.index.sockets.get(event.socket) ?? 0;
    return this.laneOfKey.get(`${connection}/${side}`) ?? this.laneOfKey.get(`0/${side}`);
  }

  /** Lays out the events that pass the filter. */
  lay(shown, makeScale) {
    this.shown = shown;
    this.times = Float64Array.from(shown, e => e.time);
    this.scale = makeScale(this.times);
    this.rowOf = new Map(shown.map((e, i) => [e.number, i]));
    for (const lane of this.lanes) lane.spans = [], lane.hatches = [], lane.brackets = [];
    if (!this.isShared) this.#laySpans();
    this.#layBrackets();
  }

  #placeOfRow(i) { return this.scale.tops[i] + ANCHOR; }

  #laySpans() {
    const open = this.lanes.map(() => null);
    const own = this.lanes.map(() => false);
    const bottom = this.scale.height;
    for (const e of this.all) {
      if (e.kind !== STATE) continue;
      const at = this.laneOf(e);
      if (at === undefined) continue;
      if (e.connection) own[at] = true;
      else if (own[at]) continue;     // the listener continues beside its connection
      const row = this.rowOf.get(e.number);
      const y = row === undefined ? placeOf(this.scale, e.time) : this.#placeOfRow(row);
      const lane = this.lanes[at];
      const before = open[at];
      if (before) {
        before.bottom = Math.max(before.top, y);
        lane.spans.push(before);
      } else {
        lane.spans.push({ top: 0, bottom: y, certain: 0, state: e.oldState, evidence: e.evidence, since: null });
      }
      if (e.evidence === 1) this.#layHatch(lane, e, y);
      const certain = e.evidence === 1 && e.notAfter !== null ? Math.max(y, placeOf(this.scale, e.notAfter)) : y;
      open[at] = { top: y, bottom, certain, state: e.newState, evidence: e.evidence, since: e };
    }
    open.forEach((span, at) => {
      if (span) this.lanes[at].spans.push(span);
      else this.lanes[at].spans.push({ top: 0, bottom, state: null, evidence: 0, since: null });
    });
  }

  /** Hatches the interval of a sampled change: from the last sample before it to the first after it. */
  #layHatch(lane, e, y) {
    const top = e.notBefore === null ? y : Math.min(y, placeOf(this.scale, e.notBefore));
    const bottom = e.notAfter === null ? y : Math.max(y, placeOf(this.scale, e.notAfter));
    if (bottom - top < 2) return;
    lane.hatches.push({ top, bottom, from: e.oldState, to: e.newState, event: e });
    lane.hatches.latest = runningLatest(lane.hatches.map(h => h.bottom));
  }

  #layBrackets() {
    const ends = this.lanes.map(() => new Array(LEVELS).fill(-Infinity));
    this.shown.forEach((e, i) => {
      if (e.kind !== CALL || e.resumed) return;
      const lane = this.laneOf(e);
      if (lane === undefined) return;
      const top = this.#placeOfRow(i);
      const isOpen = e.end === null;
      const bottom = this.isShared ? top + 7 : isOpen ? this.scale.height : Math.max(top + 7, placeOf(this.scale, e.end));
      let level = ends[lane].findIndex(end => end <= top);
      if (level < 0) level = LEVELS - 1;
      ends[lane][level] = Math.max(ends[lane][level], bottom);
      this.lanes[lane].brackets.push({ top, bottom, level, event: e, isOpen: isOpen && !this.isShared });
    });
    for (const lane of this.lanes) lane.brackets.latest = runningLatest(lane.brackets.map(b => b.bottom));
  }

  /** The rows between two vertical positions. */
  rowsBetween(top, bottom) {
    const tops = this.scale.tops;
    const first = Math.max(0, upperBound(tops, top - ROW) - 1);
    const last = upperBound(tops, bottom);
    return [first, last];
  }
}

/** The pieces, sorted by their top, that overlap an interval; some begin far above it. */
function piecesBetween(pieces, top, bottom) {
  const found = [];
  let low = 0, high = pieces.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (pieces[middle].top <= bottom) low = middle + 1; else high = middle;
  }
  for (let i = low - 1; i >= 0; i--) {
    if (pieces.latest && pieces.latest[i] < top) break;
    if (pieces[i].bottom >= top) found.push(pieces[i]);
  }
  return found;
}
