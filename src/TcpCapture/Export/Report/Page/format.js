// Formats numbers and times, and creates elements.

const NANOSECONDS = 1e9;

/** Seconds since the start with 1 to 9 decimals, rounded as in the terminal's ladder. */
function seconds(nanoseconds, decimals) {
  const negative = nanoseconds < 0;
  const units = Math.round(Math.abs(Math.round(nanoseconds)) / 10 ** (9 - decimals));
  const digits = String(units).padStart(decimals + 1, "0");
  return `${negative ? "−" : ""}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** A duration with a suitable unit. */
function duration(nanoseconds) {
  const size = Math.abs(nanoseconds);
  if (size >= 100e9) return `${(nanoseconds / 1e9).toFixed(0)} s`;
  if (size >= 1e9) return `${(nanoseconds / 1e9).toFixed(3)} s`;
  if (size >= 1e6) return `${(nanoseconds / 1e6).toFixed(1)} ms`;
  if (size >= 1e3) return `${(nanoseconds / 1e3).toFixed(size >= 1e5 ? 0 : 1)} µs`;
  return `${Math.round(nanoseconds)} ns`;
}

/** A time in UTC with nine decimals, as in timeline.csv. */
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

/** Invisible characters that end a line or change the direction of text: in a process name they could forge the text beside it. */
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function harmless(text) { return text.replace(INVISIBLE, "\ufffd"); }

/** Creates an element with attributes and children; strings become text, never markup. */
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
