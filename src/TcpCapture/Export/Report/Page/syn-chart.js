// The measured interval before each SYN and the interval that the schedule predicts. Drawn if a SYN was retransmitted.

/** The client's SYNs with their schedule, and the SYN-ACKs that the server retransmitted. */
function synSeries(view) {
  const series = [];
  const numbers = view.selection === "all" ? [...view.timeline.connections.keys()].slice(0, MAX_LIFELINE_PAIRS) : [view.selection];
  for (const number of numbers) {
    const syns = (view.timeline.syns.get(number) ?? []).filter(syn => syn.interval !== null);
    const of = numbers.length > 1 ? `Connection ${number}: ` : "";
    if (syns.length > 0) series.push({ name: `${of}SYN`, schedule: syns[0].schedule, points: syns.map(syn => ({ ...syn, label: `${ordinal(syn.attempt)} SYN` })) });
    const answers = synAcks(view, number);
    if (answers.length > 0) series.push({ name: `${of}SYN ACK`, schedule: answers.some(a => a.expected !== null) ? "this machine's settings" : "", points: answers });
  }
  return series;
}

/** A retransmitted SYN is answered at once; only SYN-ACKs sent by the timer follow a schedule. */
function synAcks(view, number) {
  const sent = (view.index.byConnection.get(number) ?? []).filter(e =>
    e.kind === SEGMENT && e.readable && e.side === SERVER && e.flags.includes("S") && e.flags.includes("."));
  let timed = 0;
  return sent.slice(1).map((e, i) => {
    const byTimer = e.cause === sent[i].number;
    const expected = byTimer ? view.timeline.info.synAckSchedule?.[timed++] ?? null : null;
    return { label: `${ordinal(i + 2)} SYN ACK`, event: e.number, interval: (e.time - sent[i].time) / NANOSECONDS, expected, answered: !byTimer };
  });
}

function ordinal(number) {
  const ending = number % 100 > 10 && number % 100 < 14 ? "th" : { 1: "st", 2: "nd", 3: "rd" }[number % 10] ?? "th";
  return `${number}${ending}`;
}

function drawSynChart(series) {
  const box = element("div", {});
  for (const one of series) {
    const longest = Math.max(...one.points.map(p => Math.max(p.interval, p.expected ?? 0))) * 1.02 || 1;
    box.append(element("p", { class: "series" }, element("b", {}, one.name), one.schedule ? ` — schedule ${one.schedule.replaceAll("|", " or ")}` : " — no schedule fits"));
    box.append(bars(one, longest));
  }
  box.append(element("p", { class: "key muted" }, element("span", { class: "swatch measured" }), " measured ", element("span", { class: "swatch expected" }), " expected"));
  return box;
}

function bars(one, longest) {
  const line = 34, left = 4, width = 360;
  const height = one.points.length * line + 4;
  const words = one.points.map(p => `${p.label} after ${intervalWords(p)}`).join("; ");
  const drawn = svg("svg", { class: "bars", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": words });
  one.points.forEach((p, i) => {
    const y = i * line;
    const x = seconds => left + seconds / longest * (width - 2 * left);
    drawn.append(svg("a", { href: `#event-${p.event}` },
      svg("text", { x: left, y: y + 12 }, `${p.label} after ${intervalWords(p)}`),
      svg("rect", { class: "measured", x: left, y: y + 17, width: Math.max(1, x(p.interval) - left), height: 9 })));
    if (p.expected !== null) drawn.append(svg("path", { class: "expected", d: `M${x(p.expected)} ${y + 14}v15` }));
  });
  return drawn;
}

function intervalWords(p) {
  const measured = duration(p.interval * NANOSECONDS);
  if (p.answered) return `${measured}, answers a retransmitted SYN`;
  if (p.expected === null) return `${measured}, no prediction`;
  const off = (p.interval - p.expected) / p.expected * 100;
  return `${measured}, expected ${p.expected} s, ${off >= 0 ? "+" : "−"}${Math.abs(off).toFixed(1)} %`;
}
