import * as Plot from "@observablehq/plot";
import { type AttentionExample, strongestSources, type WeightMap } from "./attention-weights.js";
import { draw } from "./draw.js";
import { escapeHtml, formatPercent, textWidth, wordLabel } from "./text.js";

const fontSize = 12;
const slant = Math.PI / 4;

/** Two maps stand side by side as long as each fits into this many pixels. */
const columnWidth = 420;

/** The heat map of one head: source words across, target words down, the strongest source of each target framed. */
export function attentionMapHtml(
  example: AttentionExample,
  map: WeightMap,
  marked: readonly number[],
  name: string,
): string {
  const strongest = strongestSources(map);
  const [source, target] = [example.source.map(wordLabel), example.target.map(wordLabel)];
  const size = Math.max(16, Math.min(38, Math.floor(340 / Math.max(1, map.columns))));
  const left = 12 + Math.max(...target.map((word) => textWidth(word, fontSize)));
  const lean = Math.max(
    ...source.map((word, s) => textWidth(word, fontSize) * Math.cos(slant) - (map.columns - s - 1) * size),
  );
  const top = 14 + Math.max(...source.map((word) => textWidth(word, fontSize) * Math.sin(slant)));
  const right = Math.max(4, lean);
  const cells = cellsOf(map);
  const frame = (isMarked: boolean) => strongest.filter((cell) => marked.includes(cell.target) === isMarked);
  const framed = { x: "source", y: "target", inset: 1, fill: "none", strokeWidth: 2 } as const;
  const width = Math.ceil(left + right + map.columns * size);
  const { svg } = draw({
    width,
    height: Math.ceil(top + 4 + map.rows * size),
    marginLeft: Math.ceil(left),
    marginRight: Math.ceil(right),
    marginTop: Math.ceil(top),
    marginBottom: 4,
    x: { type: "band", domain: source.map((_, s) => s), padding: 0, axis: null },
    y: { type: "band", domain: target.map((_, t) => t), padding: 0, axis: null },
    opacity: { domain: [0, 1], range: [0, 1], clamp: true },
    marks: [
      Plot.frame({ fill: "var(--heat-ground)", stroke: "none" }),
      Plot.cell(cells, {
        x: "source",
        y: "target",
        inset: 0.5,
        fill: "var(--heat)",
        fillOpacity: "weight",
        title: ({ source: s, target: t, weight }: Cell) =>
          `${example.target[t]} ← ${example.source[s]}: ${formatPercent(weight)}`,
      }),
      Plot.cell(frame(false), { ...framed, stroke: "var(--frame)" }),
      Plot.cell(frame(true), { ...framed, stroke: "var(--mark)", strokeWidth: 2.5 }),
      Plot.text(target, {
        x: 0,
        y: target.map((_, t) => t),
        text: target,
        textAnchor: "end",
        dx: -size / 2 - 6,
        fontSize,
        fill: target.map((_, t) => (marked.includes(t) ? "var(--mark)" : "currentColor")),
      }),
      Plot.text(source, {
        x: source.map((_, s) => s),
        text: source,
        frameAnchor: "top",
        textAnchor: "start",
        lineAnchor: "bottom",
        rotate: -45,
        dx: 2,
        dy: -6,
        fontSize,
      }),
    ],
    color: { type: "identity" },
  });
  const summary = strongest.map(
    (cell) => `${example.target[cell.target]} ← ${example.source[cell.source]} ${formatPercent(cell.weight)}`,
  );
  return (
    `<figure class="${width > columnWidth ? "map long" : "map"}"><figcaption>${escapeHtml(name)}</figcaption><div class="scroll" role="img" tabindex="0" ` +
    `aria-label="${escapeHtml(`${name}. Strongest source word of each target word: ${summary.join("; ")}.`)}">${svg}</div></figure>`
  );
}

interface Cell {
  readonly target: number;
  readonly source: number;
  readonly weight: number;
}

// A weight that is not a number has no cell: the ground shows.
function cellsOf({ rows, columns, at }: WeightMap): Cell[] {
  const cells = Array.from({ length: rows * columns }, (_, index) => {
    const [target, source] = [Math.floor(index / columns), index % columns];
    return { target, source, weight: at(target, source) };
  });
  return cells.filter(({ weight }) => !Number.isNaN(weight));
}
