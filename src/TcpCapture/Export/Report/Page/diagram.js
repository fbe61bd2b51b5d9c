// The state diagram of RFC 9293 (figure 5), with the path of each end highlighted.

const NODES = {
  CLOSED: [190, 18], LISTEN: [190, 84], SYN_RECV: [66, 150], SYN_SENT: [314, 150], ESTABLISHED: [190, 216],
  FIN_WAIT_1: [66, 282], CLOSE_WAIT: [314, 282], FIN_WAIT_2: [66, 352], CLOSING: [190, 352], LAST_ACK: [314, 352],
  TIME_WAIT: [128, 422], END: [314, 422],
};
const NODE_WIDTH = 118, NODE_HEIGHT = 32, TALL = 44;

/** [from, to, event and action, position of the label] */
const EDGES = [
  ["CLOSED", "LISTEN", "passive OPEN", [196, 54, "start"]],
  ["LISTEN", "SYN_RECV", "rcv SYN / snd SYN,ACK", [112, 116, "end"]],
  ["CLOSED", "SYN_SENT", "active OPEN / snd SYN", [281, 92, "start"]],
  ["LISTEN", "SYN_SENT", "SEND / snd SYN", [236, 124, "end"]],
  ["SYN_SENT", "SYN_RECV", "rcv SYN / snd SYN,ACK", [190, 146, "middle"]],
  ["SYN_RECV", "LISTEN", "rcv RST", null],
  ["SYN_SENT", "CLOSED", "CLOSE", null],
  ["LISTEN", "CLOSED", "CLOSE", null],
  ["SYN_RECV", "ESTABLISHED", "rcv ACK of SYN", [118, 188, "end"]],
  ["SYN_SENT", "ESTABLISHED", "rcv SYN,ACK / snd ACK", [266, 188, "start"]],
  ["SYN_RECV", "FIN_WAIT_1", "CLOSE / snd FIN", [60, 222, "end"]],
  ["ESTABLISHED", "FIN_WAIT_1", "CLOSE / snd FIN", [108, 248, "end"]],
  ["ESTABLISHED", "CLOSE_WAIT", "rcv FIN / snd ACK", [264, 248, "start"]],
  ["FIN_WAIT_1", "FIN_WAIT_2", "rcv ACK of FIN", [72, 320, "start"]],
  ["FIN_WAIT_1", "CLOSING", "rcv FIN / snd ACK", [148, 316, "start"]],
  ["CLOSE_WAIT", "LAST_ACK", "CLOSE / snd FIN", [308, 322, "end"]],
  ["FIN_WAIT_2", "TIME_WAIT", "rcv FIN / snd ACK", [90, 392, "end"]],
  ["CLOSING", "TIME_WAIT", "rcv ACK of FIN", [166, 392, "start"]],
  ["LAST_ACK", "END", "rcv ACK of FIN", [308, 392, "end"]],
  ["TIME_WAIT", "END", "2 MSL", [220, 417, "middle"]],
];

/** The time of each end in each state, and its state changes. */
function pathOf(view) {
  const ends = [0, 1].map(() => ({ times: new Map(), steps: [] }));
  const open = [null, null];
  for (const e of view.all) {
    if (e.kind !== STATE || e.side === null) continue;
    if (!e.connection && open[e.side] && open[e.side].connection) continue;
    const end = ends[e.side];
    const since = open[e.side];
    if (since) addTime(end.times, since.newState, e.time - since.time, false);
    end.steps.push(e);
    open[e.side] = e;
  }
  open.forEach((e, side) => {
    if (e && e.newState !== CLOSED && e.newState !== LISTEN) addTime(ends[side].times, e.newState, view.timeline.lastTime - e.time, true);
  });
  return ends;
}

function addTime(times, state, nanoseconds, isOpen) {
  const known = times.get(state) ?? { nanoseconds: 0, isOpen: false };
  times.set(state, { nanoseconds: known.nanoseconds + Math.max(0, nanoseconds), isOpen });
}

function drawDiagram(view) {
  const ends = pathOf(view);
  const names = ends.map((end, side) => `${SIDES[side]}: ${end.steps.length ? [STATES[end.steps[0].oldState], ...end.steps.map(e => STATES[e.newState])].join(", ") : "no state change"}`);
  const drawn = svg("svg", { class: "states", viewBox: "-12 0 396 448", role: "img", "aria-label": `State diagram. ${names.join(". ")}` });
  const lit = new Map();
  ends.forEach((end, side) => {
    for (const e of end.steps) {
      const key = edgeOf(e);
      const known = lit.get(key) ?? [0, 0];
      known[side]++;
      lit.set(key, known);
    }
  });
  const edges = svg("g", {}), labels = svg("g", {}), lights = svg("g", {});
  for (const [from, to, words, at] of EDGES) {
    const key = `${from} ${to}`;
    const sides = lit.get(key);
    edges.append(edgePath(ends, from, to, "edge", 0, `${from} → ${to}: ${words}`));
    if (at) labels.append(svg("text", { class: sides ? "words lit" : "words", x: at[0], y: at[1], "text-anchor": at[2] }, words));
    if (sides) light(lights, ends, from, to, sides, words);
    lit.delete(key);
  }
  for (const [key, sides] of lit) {
    const [from, to] = key.split(" ");
    light(lights, ends, from, to, sides, "not in the figure: a reset, an abort, or two steps at once");
  }
  drawn.append(edges, lights, labels);
  for (const name of Object.keys(NODES)) drawn.append(node(name, ends));
  return element("div", {}, drawn, element("p", { class: "key muted" },
    element("span", { class: "swatch client" }), " client ", element("span", { class: "swatch server" }), " server; below each state the time in it (C, S; + means still in it)"));
}

/** CLOSED is drawn twice, as in the RFC: at the beginning and at the end. */
function edgeOf(e) {
  const from = STATES[e.oldState];
  const ends = e.newState === CLOSED && e.oldState >= 4;
  return `${from} ${ends ? "END" : STATES[e.newState]}`;
}

function light(layer, ends, from, to, sides, words) {
  sides.forEach((times, side) => {
    if (!times) return;
    layer.append(edgePath(ends, from, to, `lit ${SIDES[side]}`, side === CLIENT ? -2.5 : 2.5,
      `${SIDES[side]}: ${from} → ${to === "END" ? "CLOSED" : to}${times > 1 ? `, ${times} times` : ""} (${words})`));
  });
}

function edgePath(ends, from, to, kind, shift, title) {
  const [a, b] = [NODES[from], NODES[to]];
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = Math.hypot(dx, dy) || 1;
  const start = border(a, heightOf(from, ends), dx, dy), end = border(b, heightOf(to, ends), -dx, -dy);
  const [nx, ny] = [-dy / length * shift, dx / length * shift];
  const isKnown = EDGES.some(edge => edge[0] === from && edge[1] === to);
  const bend = BENDS[`${from} ${to}`] ?? (isKnown ? 0 : 46);
  const [mx, my] = [(start[0] + end[0]) / 2 - dy / length * bend, (start[1] + end[1]) / 2 + dx / length * bend];
  const tip = arrowTip([mx + nx, my + ny], [end[0] + nx, end[1] + ny]);
  return svg("g", { class: `${kind}${isKnown ? "" : " beyond"}` }, svg("title", {}, title),
    svg("path", { class: "way", d: `M${start[0] + nx} ${start[1] + ny}Q${mx + nx} ${my + ny} ${end[0] + nx} ${end[1] + ny}` }),
    svg("path", { class: "tip", d: tip }));
}

const BENDS = {
  "CLOSED LISTEN": 0, "LISTEN CLOSED": 22, "CLOSED SYN_SENT": -26, "SYN_SENT CLOSED": 62, "SYN_RECV LISTEN": -26,
};

/** The point where a line from the centre of a node leaves its box. */
function border([x, y], height, dx, dy) {
  const scale = Math.min(dx ? NODE_WIDTH / 2 / Math.abs(dx) : Infinity, dy ? height / 2 / Math.abs(dy) : Infinity);
  return [x + dx * scale, y + dy * scale];
}

function arrowTip([fx, fy], [x, y]) {
  const length = Math.hypot(x - fx, y - fy) || 1;
  const [ux, uy] = [(x - fx) / length, (y - fy) / length];
  const back = [x - ux * 7, y - uy * 7];
  return `M${x} ${y}L${back[0] - uy * 3.2} ${back[1] + ux * 3.2}L${back[0] + uy * 3.2} ${back[1] - ux * 3.2}z`;
}

/** A node is taller if it shows the times of both ends. */
function heightOf(name, ends) {
  const state = STATES.indexOf(name);
  return state > CLOSED && ends.every(end => end.times.has(state)) ? TALL : NODE_HEIGHT;
}

function node(name, ends) {
  const [x, y] = NODES[name];
  const height = heightOf(name, ends);
  const state = name === "END" ? CLOSED : STATES.indexOf(name);
  const visited = ends.map(end => end.steps.some(e => name === "END" ? e.newState === CLOSED && e.oldState >= 4
    : e.newState === state && !(state === CLOSED && e.oldState >= 4) || (e.oldState === state && state !== CLOSED) || (name === "CLOSED" && e.oldState === CLOSED)));
  const kind = visited.map((was, side) => was ? ` ${SIDES[side]}` : "").join("");
  const times = state === CLOSED ? [] : ends.map((end, side) => {
    const time = end.times.get(state);
    return time ? `${side === CLIENT ? "C" : "S"} ${duration(time.nanoseconds)}${time.isOpen ? "+" : ""}` : "";
  }).filter(Boolean);
  return svg("g", { class: `node${kind}` },
    svg("rect", { x: x - NODE_WIDTH / 2, y: y - height / 2, width: NODE_WIDTH, height, rx: 6 }),
    svg("text", { x, y: y + 4 - 6 * times.length, "text-anchor": "middle", class: "name" }, name === "END" ? "CLOSED" : name),
    ...times.map((time, i) => svg("text", { x, y: y + 10 - 5 * (times.length - 1) + 11 * i, "text-anchor": "middle", class: "times" }, time)));
}
