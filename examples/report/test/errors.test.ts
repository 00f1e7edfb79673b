import { expect, test } from "@jest/globals";
import { attentionSection, curvesSection, figuresSection, ReportError, type Section } from "../src/index.js";

const labels = { xLabel: "step", yLabel: "loss" };
const pair = { source: ["a", "b", "c"], target: ["d", "e"], weights: new Float32Array(2 * 3) };
const long = Array.from({ length: 500 }, () => "a");

const table: readonly (readonly [problem: string, got: string, make: () => Section])[] = [
  [
    'curvesSection: x and y of curve "training" differ in length',
    "x of length 2, y of length 3",
    () => curvesSection("Loss", { ...labels, curves: [{ name: "training", x: [1, 2], y: [3, 4, 5] }] }),
  ],
  [
    'curvesSection: an x of curve "training" is not finite',
    "x[1] = NaN",
    () => curvesSection("Loss", { ...labels, curves: [{ name: "training", x: [1, Number.NaN], y: [3, 4] }] }),
  ],
  [
    "curvesSection: smooth is not a number of points",
    "smooth = -1",
    () => curvesSection("Loss", { ...labels, curves: [], smooth: -1 }),
  ],
  [
    "curvesSection: height is out of range",
    "height = 7",
    () => curvesSection("Loss", { ...labels, curves: [], height: 7 }),
  ],
  [
    "figuresSection: a figure has no label",
    "rows[1] with the value 3",
    () =>
      figuresSection("Figures", {
        rows: [
          { label: "steps", value: 1 },
          { label: " ", value: 3 },
        ],
      }),
  ],
  [
    "attentionSection: the weights of example 0 do not fit its words",
    "6 weights for 1 layers × 5 heads × 2 target words × 3 source words = 30",
    () => attentionSection("Attention", { examples: [pair], heads: 5 }),
  ],
  [
    "attentionSection: example 0 marks a target word that does not exist",
    "marked 2 of 2 target words",
    () => attentionSection("Attention", { examples: [{ ...pair, marked: [1, 2] }], heads: 1 }),
  ],
  [
    "attentionSection: layers and heads are not counts",
    "layers = 2, heads = 0.5",
    () => attentionSection("Attention", { examples: [], layers: 2, heads: 0.5 }),
  ],
  [
    "attentionSection: the layer to show first does not exist",
    "layer = 2 of 2",
    () => attentionSection("Attention", { examples: [], layers: 2, heads: 1, layer: 2 }),
  ],
  [
    "attentionSection: too many weights for one page",
    "250,000 cells in 1 examples",
    () => attentionSection("Attention", { examples: [{ source: long, target: long, weights: [] }], heads: 1 }),
  ],
];

test.each(table)("%s", (problem, got, make) => {
  let message = "";
  try {
    make();
  } catch (error) {
    expect(error).toBeInstanceOf(ReportError);
    message = (error as ReportError).message;
  }
  expect(message.split("\n")).toEqual([problem, `got: ${got}`, expect.stringMatching(/^hint: \S/)]);
});
