// A profile as a roofline (Williams, Waterman and Patterson 2009): floating-point operations a byte against operations a
// second, both logarithmic, a dot for each kind of kernel, its area the share of the time.

import { element, kindOf, legend, line, picture, text } from "./svg.mjs";

const WIDTH = 880;
const box = { left: 60, right: WIDTH - 20, top: 78, bottom: 380 };

/** Kernels below this share of the time are not drawn, and below that one not named: dots and words on top of others. */
const [WORTH_DRAWING, WORTH_NAMING] = [0.001, 0.03];

const scale = (from, to, low, high) => (value) =>
  low + ((Math.log(value) - Math.log(from)) / (Math.log(to) - Math.log(from))) * (high - low);

/** 1, 2 and 5 times the powers of ten. */
const roundBetween = (from, to) =>
  [0.1, 1, 10, 100, 1000].flatMap((power) => [power, 2 * power, 5 * power]).filter((x) => x >= from && x <= to);

/** The numbers of dots, and a list of what they stand for. */
function labels(dots) {
  const left = box.left + 14;
  const top = box.bottom + 60;
  const columns = ({ words, share, gigaflops }, i) => [
    text(left, top + 15 * i, String(i + 1), { class: "quiet", "text-anchor": "end" }),
    text(left + 10, top + 15 * i, words),
    text(left + 270, top + 15 * i, `${(100 * share).toFixed(0)} %`, { "text-anchor": "end" }),
    text(left + 360, top + 15 * i, `${gigaflops.toFixed(0)} GFLOP/s`, { "text-anchor": "end" }),
  ];
  const numbers = dots.map(({ x, y }, i) =>
    text(x, y + 4, String(i + 1), { "text-anchor": "middle", style: "fill:#fff" }),
  );
  return [...numbers, ...dots.flatMap(columns)];
}

/** @param profile what `profile()` of a compiled function gave */
export function roofline(profile, title) {
  const kernels = profile.kernels.filter(({ share, gigaflops }) => share > WORTH_DRAWING && gigaflops > 0);
  const intensity = ({ gigaflops, gigabytes }) => gigaflops / gigabytes;
  const peak = Math.max(...kernels.map(({ gigaflops }) => gigaflops));
  const bandwidth = Math.max(...kernels.map(({ gigabytes }) => gigabytes));
  const [low, high] = [Math.min(...kernels.map(intensity)) / 2, Math.max(...kernels.map(intensity)) * 2];
  const [bottom, top] = [Math.min(...kernels.map(({ gigaflops }) => gigaflops)) / 2, peak * 2];
  const x = scale(low, high, box.left, box.right);
  const y = scale(bottom, top, box.bottom, box.top);
  const parts = [text(box.left, 20, title, { class: "title" })];
  parts.push(...legend(new Set(kernels.map(({ kernel }) => kindOf(kernel))), box.left, 42));
  for (const round of roundBetween(low, high)) {
    parts.push(line(x(round), box.top, x(round), box.bottom, { class: "grid" }));
    parts.push(text(x(round), box.bottom + 16, String(round), { class: "quiet", "text-anchor": "middle" }));
  }
  for (const round of roundBetween(bottom, top)) {
    parts.push(line(box.left, y(round), box.right, y(round), { class: "grid" }));
    parts.push(text(box.left - 8, y(round) + 4, String(round), { class: "quiet", "text-anchor": "end" }));
  }
  const ridge = peak / bandwidth;
  const start = Math.max(low, bottom / bandwidth);
  const roof = [start, ridge, high].map((at) => `${x(at).toFixed(1)},${y(Math.min(peak, at * bandwidth)).toFixed(1)}`);
  parts.push(element("polyline", { points: roof.join(" "), class: "roof" }));
  parts.push(
    text(box.right, y(peak) - 7, `best rate: ${peak.toFixed(0)} GFLOP/s`, { class: "quiet", "text-anchor": "end" }),
  );
  parts.push(
    text(x(ridge) - 30, y(peak) + 6, `best rate: ${bandwidth.toFixed(0)} GB/s`, {
      class: "quiet",
      "text-anchor": "end",
    }),
  );
  const dots = kernels.map(({ kernel, share, gigaflops, ...rest }) => ({
    ...{ x: x(intensity({ gigaflops, ...rest })), y: y(gigaflops), r: 2.5 + 26 * Math.sqrt(share) },
    ...{ color: kindOf(kernel).color, share, gigaflops, words: kernel },
  }));
  for (const { x: cx, y: cy, r, color } of dots) {
    parts.push(
      element("circle", { cx, cy, r, fill: color, "fill-opacity": "0.75", stroke: "#fff", "stroke-width": "0.5" }),
    );
  }
  const named = dots.filter(({ share }) => share > WORTH_NAMING);
  parts.push(...labels(named));
  parts.push(text(box.right, box.bottom + 34, "FLOP/byte", { class: "quiet", "text-anchor": "end" }));
  parts.push(text(20, box.top - 8, "GFLOP/s, one thread", { class: "quiet" }));
  return picture(WIDTH, box.bottom + 60 + 15 * named.length, title, parts);
}
