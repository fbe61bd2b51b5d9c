// How numbers and times are written.

const NANOSECONDS = 1e9;

/** Seconds since the start, with so many decimals, 1 to 9: rounded as the terminal's ladder rounds them, so that a line can be found there. */
function seconds(nanoseconds, decimals) {
  const negative = nanoseconds < 0;
  const units = Math.round(Math.abs(Math.round(nanoseconds)) / 10 ** (9 - decimals));
  const digits = String(units).padStart(decimals + 1, "0");
  return `${negative ? "−" : ""}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** A length of time as people say it. */
function duration(nanoseconds) {
  const size = Math.abs(nanoseconds);
  if (size >= 100e9) return `${(nanoseconds / 1e9).toFixed(0)} s`;
  if (size >= 1e9) return `${(nanoseconds / 1e9).toFixed(3)} s`;
  if (size >= 1e6) return `${(nanoseconds / 1e6).toFixed(1)} ms`;
  if (size >= 1e3) return `${(nanoseconds / 1e3).toFixed(size >= 1e5 ? 0 : 1)} µs`;
  return `${Math.round(nanoseconds)} ns`;
}

/** A moment in UTC with nine decimals, as timeline.csv has it. */
function moment(start, elapsed) {
  const total = start + BigInt(Math.round(elapsed));
  let second = total / 1_000_000_000n;
  let rest = total % 1_000_000_000n;
  if (rest < 0n) {
    rest += 1_000_000_000n;
    second -= 1n;
  }
  return `${new Date(Number(second) * 1000).toISOString().slice(0, 19)}.${String(rest).padStart(9, "0")}Z`;
}

function count(number, one, many = one + "s") {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

/** Characters that are not seen, but end a line or turn the direction of what follows: in a process name they would forge the text beside it. */
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function harmless(text) { return text.replace(UNSEEN, "\ufffd"); }

/** An element with attributes, text and children; text is only ever text. */
function element(name, attributes, ...children) {
  return fill(document.createElement(name), attributes, children);
}

function svg(name, attributes, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function fill(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    node.setAttribute(key, value === true ? "" : typeof value === "string" ? harmless(value) : value);
  }
  for (const child of children) if (child !== null && child !== undefined && child !== "") node.append(typeof child === "string" ? harmless(child) : child);
  return node;
}
