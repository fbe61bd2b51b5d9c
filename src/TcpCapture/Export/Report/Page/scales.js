// Maps times to vertical positions, by event (equal rows) or to scale. To scale, the distance of two rows is true, or cut since
// nothing happened, or enlarged since the rows would overlap; the gutter shows which.

const ROW = 28;
const ANCHOR = 19;      // position of an event in its row
const TOP = 6;
const CUT = 56;         // height of a cut gap
const MAX_GAP = 240;    // a longer gap is cut
const TRUE = 0, APART = 1, CUT_OUT = 2;

class EventScale {
  constructor(times) {
    this.latest = runningLatest(times);
    this.tops = new Float64Array(times.length);
    for (let i = 0; i < times.length; i++) this.tops[i] = TOP + i * ROW;
    this.height = TOP + times.length * ROW + 10;
    this.gaps = null;
  }
}

class TimeScale {
  constructor(times, nanosecondsPerPixel) {
    this.nanosecondsPerPixel = nanosecondsPerPixel;
    this.latest = runningLatest(times);
    this.tops = new Float64Array(times.length);
    this.gaps = new Uint8Array(times.length);
    let y = TOP;
    for (let i = 0; i < times.length; i++) {
      if (i > 0) {
        const apart = (this.latest[i] - this.latest[i - 1]) / nanosecondsPerPixel;
        if (apart > MAX_GAP) {
          this.gaps[i] = CUT_OUT;
          y += CUT + ROW;
        } else if (apart < ROW) {
          this.gaps[i] = APART;
          y += ROW;
        } else {
          this.gaps[i] = TRUE;
          y += apart;
        }
      }
      this.tops[i] = y;
    }
    this.height = y + ROW + 10;
  }

  /** A scale that shows most short gaps to scale. */
  static natural(times) {
    const gaps = [];
    for (let i = 1; i < times.length; i++) if (times[i] > times[i - 1]) gaps.push(times[i] - times[i - 1]);
    if (gaps.length === 0) return 1000;
    gaps.sort((a, b) => a - b);
    return steps(gaps[Math.floor(gaps.length * 0.25)] / (ROW * 1.2));
  }
}

/** The nearest of 1, 2, 5, 10, … */
function steps(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-3)));
  const times = value / power;
  return power * (times < 1.5 ? 1 : times < 3.5 ? 2 : times < 7.5 ? 5 : 10);
}

/** Rows are in causal order, which clock skew can make differ from the order of time: a position has the latest time so far. */
function runningLatest(times) {
  const latest = new Float64Array(times.length);
  let last = -Infinity;
  for (let i = 0; i < times.length; i++) latest[i] = last = Math.max(last, times[i]);
  return latest;
}

/** The position of a time. */
function placeOf(scale, time) {
  const { latest, tops } = scale;
  const after = upperBound(latest, time);
  if (after === 0) return TOP;
  const here = tops[after - 1] + ANCHOR;
  if (after === latest.length) return time > latest[after - 1] ? scale.height : here;
  const share = (time - latest[after - 1]) / (latest[after] - latest[after - 1]);
  return here + share * (tops[after] + ANCHOR - here);
}

/** The number of sorted values that are at most the value. */
function upperBound(values, value) {
  let low = 0, high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] <= value) low = middle + 1; else high = middle;
  }
  return low;
}
