// The memory plan of a program: instructions from left to right, bytes from bottom to top, a rectangle for each value.

import { inside } from "./programs.mjs";
import { element, kindOf, legend, line, picture, text } from "./svg.mjs";

const { bytesOf } = await inside("compile/operands");

const [WIDTH, HEIGHT] = [880, 420];
const box = { left: 70, right: WIDTH - 20, top: 60, bottom: HEIGHT - 48 };

/** The values of the arena: where each lies, from which instruction to which it is needed, and who writes it. */
function valuesIn({ instructions, results, places }) {
  const found = new Map();
  const touch = ({ value }, time, kernel) => {
    const place = places.get(value);
    if (place?.kind !== "arena") return;
    const first = value.origin.kind === "computed" ? time : -0.5;
    const known = found.get(value) ?? { value, offset: place.offset, bytes: bytesOf(value), first, kernel };
    known.last = time;
    found.set(value, known);
  };
  instructions.forEach(({ inputs, outputs, kernel }, time) => {
    for (const operand of inputs) touch(operand, time, "argument");
    for (const operand of outputs) touch(operand, time, kernel);
  });
  for (const result of results) touch(result, instructions.length - 0.5, "argument");
  return [...found.values()];
}

/** A round number of bytes, about a fifth of all. */
function tickOf(peak) {
  let tick = 1;
  while (tick * 6 < peak) tick *= 2;
  return tick;
}

const sizeText = (bytes) =>
  bytes >= 2 ** 20
    ? `${Number((bytes / 2 ** 20).toFixed(2))} MiB`
    : bytes >= 2 ** 12
      ? `${bytes / 2 ** 10} KiB`
      : `${bytes} B`;

/** @param plan what `compile/plan.ts` made of a graph */
export function memoryPlan(plan, title) {
  const { instructions, peakBytes, lowerBound } = plan;
  const x = (time) => box.left + ((time + 0.5) / instructions.length) * (box.right - box.left);
  const y = (bytes) => box.bottom - (bytes / peakBytes) * (box.bottom - box.top);
  const values = valuesIn(plan);
  const parts = [text(box.left, 20, title, { class: "title" })];
  parts.push(...legend(new Set(values.map(({ kernel }) => kindOf(kernel))), box.left, 42));
  const tick = tickOf(peakBytes);
  for (let bytes = 0; bytes <= peakBytes; bytes += tick) {
    parts.push(line(box.left, y(bytes), box.right, y(bytes), { class: "grid" }));
    parts.push(text(box.left - 8, y(bytes) + 4, sizeText(bytes), { class: "quiet", "text-anchor": "end" }));
  }
  for (const { value, offset, bytes, first, last, kernel } of values) {
    const [left, top] = [x(first), y(offset + bytes)];
    const width = Math.max(1, x(last) - left);
    const height = Math.max(0.7, y(offset) - top);
    const look = { fill: kindOf(kernel).color, "fill-opacity": "0.75", stroke: "#fff", "stroke-width": "0.4" };
    parts.push(element("rect", { x: left, y: top, width, height, ...look }));
    if (width > 30 && height > 12)
      parts.push(text(left + 5, top + Math.min(height / 2 + 4, 16), `%${value.id}`, { style: "fill:#fff" }));
  }
  const step = Math.max(1, Math.ceil(instructions.length / 12 / 5) * 5 * Number(instructions.length > 16));
  for (let time = 0; time < instructions.length; time += step)
    parts.push(text(x(time), box.bottom + 16, String(time), { class: "quiet", "text-anchor": "middle" }));
  parts.push(line(box.left, box.bottom, box.right, box.bottom, { class: "line" }));
  parts.push(text(box.right, box.bottom + 34, "instruction", { class: "quiet", "text-anchor": "end" }));
  const sum = values.reduce((total, { bytes }) => total + bytes, 0);
  const words = `planned ${sizeText(peakBytes)}, at least ${sizeText(lowerBound)}; without reuse ${sizeText(sum)}`;
  parts.push(text(box.left, box.bottom + 34, words, { class: "quiet" }));
  return picture(WIDTH, HEIGHT, title, parts);
}
