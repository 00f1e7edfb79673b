import * as Plot from "@observablehq/plot";
import type { AttentionExample, WeightMap } from "./attention-weights.js";
import { draw } from "./draw.js";
import { escapeHtml, formatPercent, textWidth, wordLabel } from "./text.js";

const fontSize = 17;
const gap = 38;
const height = 190;

// Below this weight a line only adds grey.
const faintest = 0.06;

interface PlacedWord {
  readonly text: string;
  readonly x: number;
}

/** Source words in a row above, target words in a row below, and a line for each look, as thick as its weight. */
export function alignmentHtml(
  example: AttentionExample,
  map: WeightMap,
  marked: readonly number[],
  summary: string,
): string {
  const rows = [example.source.map(wordLabel), example.target.map(wordLabel)];
  const width = Math.max(...rows.map(rowWidth));
  const [source = [], target = []] = rows.map((words) => place(words, width));
  const lines = linesOf(map, marked);
  const title = (line: Line) =>
    `${example.target[line.target]} ← ${example.source[line.source]}: ${formatPercent(line.weight)}`;
  const label = { x: "x", text: "text", fontSize } as const;
  const { svg } = draw({
    width: Math.ceil(width),
    height,
    margin: 0,
    x: { type: "identity", axis: null },
    y: { type: "identity", axis: null },
    color: { type: "identity" },
    opacity: { type: "identity" },
    marks: [
      Plot.link(lines, {
        x1: ({ source: s }: Line) => source[s]?.x,
        y1: 34,
        x2: ({ target: t }: Line) => target[t]?.x,
        y2: height - 34,
        curve: "bump-y",
        stroke: ({ isMarked }: Line) => (isMarked ? "var(--mark)" : "var(--heat)"),
        strokeOpacity: ({ weight }: Line) => 0.15 + 0.85 * Math.min(1, weight),
        strokeWidth: ({ weight }: Line) => 0.5 + 5 * Math.min(1, weight),
        strokeLinecap: "butt",
        title,
      }),
      Plot.text(source, { ...label, y: 20 }),
      Plot.text(target, {
        ...label,
        y: height - 18,
        fill: target.map((_, t) => (marked.includes(t) ? "var(--mark)" : "currentColor")),
      }),
    ],
  });
  // It may shrink to a narrow window as long as its words can be read; then it scrolls.
  const sized = svg.replace(
    "<svg ",
    `<svg style="max-width:${Math.ceil(width)}px;min-width:${Math.ceil(width * 0.65)}px" `,
  );
  return `<figure class="alignment"><div class="scroll" role="img" tabindex="0" aria-label="${escapeHtml(summary)}">${sized}</div></figure>`;
}

interface Line {
  readonly target: number;
  readonly source: number;
  readonly weight: number;
  readonly isMarked: boolean;
}

// The strong ones are drawn last, the marked ones over all.
function linesOf({ rows, columns, at }: WeightMap, marked: readonly number[]): Line[] {
  const lines = Array.from({ length: rows * columns }, (_, index): Line => {
    const [target, source] = [Math.floor(index / columns), index % columns];
    return { target, source, weight: at(target, source), isMarked: marked.includes(target) };
  });
  return lines
    .filter(({ weight }) => weight >= faintest)
    .sort((a, b) => Number(a.isMarked) - Number(b.isMarked) || a.weight - b.weight || a.target - b.target);
}

function rowWidth(words: readonly string[]): number {
  return words.reduce((sum, word) => sum + textWidth(word, fontSize) + gap, 0);
}

// The shorter row is spread over the width of the longer one.
function place(words: readonly string[], width: number): PlacedWord[] {
  const spare = (width - rowWidth(words)) / Math.max(1, words.length);
  let edge = 0;
  return words.map((text) => {
    const room = textWidth(text, fontSize) + gap + spare;
    edge += room;
    return { text, x: edge - room / 2 };
  });
}
