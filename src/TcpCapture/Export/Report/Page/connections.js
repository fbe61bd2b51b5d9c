// The table of connections: sorts by any column, filters by text, shows the ladder of a clicked row.

const CONNECTIONS_AT_ONCE = 100;

const CONNECTION_COLUMNS = [
  ["#", c => c.number, c => c.number],
  ["client", c => c.client, c => withProcess(c.client, c.ends[CLIENT].process)],
  ["server", c => c.server, c => withProcess(c.server, c.ends[SERVER].process)],
  ["start", c => c.start, c => seconds(c.start, 3)],
  ["lasted", c => c.end - c.start, c => duration(c.end - c.start)],
  ["state", c => c.connState, c => c.connState],
  ["handshake", c => c.handshake ?? Infinity, c => c.handshake === null ? "–" : duration(c.handshake)],
  ["segments", c => c.ends[0].segments + c.ends[1].segments, c => `${c.ends[0].segments} / ${c.ends[1].segments}`],
  ["bytes", c => c.ends[0].bytes + c.ends[1].bytes, c => `${c.ends[0].bytes} / ${c.ends[1].bytes}`],
  ["retransmitted", c => c.ends[0].again + c.ends[1].again, c => c.ends[0].again + c.ends[1].again],
  ["closed by", c => c.closedBy, c => c.closedBy],
  ["failure", c => `${isFailed(c) ? 0 : 1}${c.resetCause ?? ""}`, c => c.resetCause ? `${isFailed(c) ? "✕ " : ""}${c.resetBy ? `${c.resetBy}: ` : ""}${c.resetCause}` : ""],
  ["final states", c => stateName(c.ends[0].state), c => `${stateName(c.ends[0].state)} / ${stateName(c.ends[1].state)}`],
];

function withProcess(address, process) { return process ? `${address} ${process}` : address; }

function stateName(state) { return state === null || state === undefined ? "unknown" : STATES[state]; }

class ConnectionTable {
  constructor(timeline, choose) {
    this.all = [...timeline.connections.values()];
    this.choose = choose;
    this.sortBy = timeline.firstFailed ? CONNECTION_COLUMNS.findIndex(([name]) => name === "failure") : 0;
    this.isDown = false;
    this.most = CONNECTIONS_AT_ONCE;
    this.chosen = null;
    this.table = document.getElementById("connection-table");
    this.more = document.getElementById("more-connections");
    this.count = document.getElementById("connection-count");
    this.filter = document.getElementById("connection-filter");
    this.texts = new Map();
    document.getElementById("connections").hidden = this.all.length < 2;
    if (this.all.length < 2) return;
    this.#drawHead();
    this.filter.addEventListener("input", () => this.draw());
    this.more.addEventListener("click", () => {
      this.most += CONNECTIONS_AT_ONCE;
      this.draw();
    });
    this.table.tBodies[0].addEventListener("click", e => {
      const row = e.target.closest("tr");
      if (row) this.choose(Number(row.dataset.number));
    });
    this.draw();
  }

  mark(number) {
    this.chosen = number;
    if (this.all.length < 2) return;
    for (const row of this.table.tBodies[0].rows) this.#markRow(row);
  }

  draw() {
    const wanted = this.filter.value.trim().toLowerCase();
    const found = wanted ? this.all.filter(c => this.#text(c).includes(wanted)) : [...this.all];
    const key = CONNECTION_COLUMNS[this.sortBy][1];
    found.sort((a, b) => compare(key(a), key(b)) * (this.isDown ? -1 : 1) || a.number - b.number);
    const shown = found.slice(0, this.most);
    this.table.tBodies[0].replaceChildren(...shown.map(c => this.#row(c)));
    this.count.textContent = wanted ? `${found.length.toLocaleString("en")} of ${count(this.all.length, "connection")}` : count(this.all.length, "connection");
    this.more.hidden = found.length <= shown.length;
    this.more.textContent = `Show ${Math.min(CONNECTIONS_AT_ONCE, found.length - shown.length)} more of ${(found.length - shown.length).toLocaleString("en")}`;
  }

  #drawHead() {
    const row = element("tr", {});
    CONNECTION_COLUMNS.forEach(([name], i) => {
      const button = element("button", { type: "button" }, name);
      button.addEventListener("click", () => {
        this.isDown = this.sortBy === i && !this.isDown;
        this.sortBy = i;
        this.#markSort();
        this.draw();
      });
      row.append(element("th", { scope: "col" }, button));
    });
    this.table.tHead.append(row);
    this.#markSort();
  }

  #markSort() {
    [...this.table.tHead.rows[0].cells].forEach((cell, i) =>
      cell.setAttribute("aria-sort", i !== this.sortBy ? "none" : this.isDown ? "descending" : "ascending"));
  }

  #row(c) {
    const row = element("tr", { "data-number": c.number });
    CONNECTION_COLUMNS.forEach(([, , text], i) => {
      const value = String(text(c));
      row.append(i === 0 ? element("td", {}, element("button", { type: "button", "aria-label": `Show connection ${c.number}` }, value)) : element("td", {}, value));
    });
    this.#markRow(row);
    return row;
  }

  #markRow(row) {
    const isChosen = Number(row.dataset.number) === this.chosen;
    row.classList.toggle("chosen", isChosen);
    row.setAttribute("aria-current", isChosen ? "true" : "false");
  }

  #text(c) {
    let text = this.texts.get(c.number);
    if (text === undefined) {
      text = `${CONNECTION_COLUMNS.map(([, , words]) => words(c)).join(" ")} ${c.history} ${c.note} ${c.resetReason ?? ""}`.toLowerCase();
      this.texts.set(c.number, text);
    }
    return text;
  }
}

function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
