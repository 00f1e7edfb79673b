import { expect, test } from "@jest/globals";
import { curvesSection } from "../src/index.js";
import { pathsOf } from "./page.js";

const labels = { xLabel: "step", yLabel: "loss" };
const x = [1, 2, 3, 4, 5];

test("a curve becomes one path in each of the two pictures", () => {
  const html = curvesSection("Loss", { ...labels, curves: [{ name: "training", x, y: [5, 4, 3, 2, 1] }] }).html("a");
  expect(pathsOf(html, "var(--curve-1)")).toHaveLength(2);
  expect(html).toContain("training");
  expect(html).toContain("5 at step 1");
});

test("values that are not finite leave a gap, which is said", () => {
  const y = [5, 4, Number.NaN, 2, 1];
  const html = curvesSection("Loss", { ...labels, curves: [{ name: "training", x, y }] }).html("a");
  for (const path of pathsOf(html, "var(--curve-1)")) expect(path.match(/M/g)).toHaveLength(2);
  expect(html).toContain("training: 1 value is not finite (the first at 3) and left as a gap.");
  expect(html).not.toMatch(/="[^"]*(NaN|Infinity)/);
});

test("on a logarithmic axis a value that is not positive leaves a gap", () => {
  const curves = [{ name: "training", x, y: [5, 4, 0, 2, -1] }];
  const html = curvesSection("Loss", { ...labels, curves, logY: true }).html("a");
  expect(html).toContain("training: 2 values are not finite or not positive (the first at 3) and left as gaps.");
  expect(html).toContain("&quot;log&quot;");
  expect(html).not.toMatch(/="[^"]*(NaN|Infinity)/);
});

test("smoothing adds a line to a curve and leaves measurements alone", () => {
  const curves = [
    { name: "training", x, y: [5, 4, 3, 2, 1] },
    { name: "held out", x: [2, 4], y: [4, 2], kind: "points" as const },
  ];
  const html = curvesSection("Loss", { ...labels, curves, smooth: 3 }).html("a");
  expect(pathsOf(html, "var(--curve-1)")).toHaveLength(4);
  expect(html).toContain("training, smoothed");
  expect(html).not.toContain("held out, smoothed");
});

test("a single point is a dot", () => {
  const html = curvesSection("Loss", { ...labels, curves: [{ name: "training", x: [5], y: [2.5] }] }).html("a");
  expect(html).toContain('fill="var(--curve-1)"');
  expect(html).not.toMatch(/="[^"]*NaN/);
});

test("shares are percentages", () => {
  const curves = [{ name: "accuracy", x, y: [0.1, 0.4, 0.6, 0.8, 0.9134] }];
  const html = curvesSection("Accuracy", { ...labels, curves, percent: true }).html("a");
  expect(html).toContain("91.3 %");
  expect(html).toContain(">100 %<");
});

test("a million points make a small section", () => {
  const length = 1_000_000;
  const long = {
    name: "training",
    x: new Float64Array(length).map((_, i) => i),
    y: new Float64Array(length).map((_, i) => i % 97),
  };
  expect(curvesSection("Loss", { ...labels, curves: [long] }).html("a").length).toBeLessThan(150_000);
});

test.each([
  ["no curves", []],
  ["an empty curve", [{ name: "training", x: [], y: [] }]],
  ["a curve without a finite value", [{ name: "training", x: [1], y: [Number.NaN] }]],
])("with %s a sentence says so", (_, curves) => {
  const html = curvesSection("Loss", { ...labels, curves }).html("a");
  expect(html).toMatch(/no curve to draw|No value can be drawn/);
  expect(html).not.toContain("<svg");
});
