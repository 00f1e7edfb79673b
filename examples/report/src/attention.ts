import { alignmentHtml } from "./alignment.js";
import { attentionMapHtml } from "./attention-map.js";
import {
  type AttentionExample,
  checkExample,
  headMap,
  meanMap,
  mostMoved,
  strongestSources,
  type WeightMap,
} from "./attention-weights.js";
import { ReportError } from "./errors.js";
import { choicesHtml, choicesStyle, explanationHtml, nothingHtml, type Section } from "./section.js";
import { escapeHtml, formatNumber, formatPercent, shorten } from "./text.js";

/** What {@link attentionSection} draws. */
export interface AttentionOptions {
  readonly examples: readonly AttentionExample[];
  /** The number of layers in the weights; 1 by default. */
  readonly layers?: number;
  readonly heads: number;
  /** The layer that is shown first, counted from 0; the last by default, where words line up best. */
  readonly layer?: number;
  /** The sentence above the pictures, in place of the one this function writes. */
  readonly explanation?: string;
}

/** Above so many cells a page of them would no longer open at once; a cell takes about 100 bytes. */
const mostCells = 200_000;

const howToRead =
  "While it writes a target word, the model looks back at the source words; the weights say how much at each. " +
  "In the first picture the source sentence stands above and the target sentence below, and the thicker a line, the " +
  "more the lower word looked at the upper one. Lines that run straight down keep the word order; a line that " +
  "crosses many others belongs to a word that moved.";

const howToReadMaps =
  "One map for each head: every row is a target word, every column a source word, and the row's strongest cell is " +
  "framed. A framed diagonal is word-for-word translation; a framed cell far from it is a word that moved.";

/**
 * Cross-attention: for each example and layer a picture of which target word looked at which source word, heads
 * averaged, and a heat map per head. Buttons choose the example and the layer.
 *
 * The page grows by about 100 bytes a weight: a handful of sentences is meant, not a test set.
 *
 * @throws ReportError where weights do not fit the words, or the number of layers, heads or cells is out of range
 */
export function attentionSection(title: string, options: AttentionOptions): Section {
  const { layers = 1, heads } = options;
  const first = options.layer ?? layers - 1;
  checkCounts(options, layers, first);
  for (const [index, example] of options.examples.entries()) checkExample(example, index, layers, heads);
  const examples = options.examples.filter(({ source, target }) => source.length > 0 && target.length > 0);
  return {
    title,
    html: (id) => {
      if (examples.length === 0) return nothingHtml("No attention weights were recorded, so there is no map to draw.");
      const sentences = examples.map(({ source }, index) => ({
        label: shorten(`${index + 1} · ${source.join(" ")}`, 48),
      }));
      const depths = Array.from({ length: layers }, (_, layer) => ({ label: formatNumber(layer + 1) }));
      const panels = examples.flatMap((example, index) =>
        depths.map((_, layer) => panelHtml(example, index, layer, heads)),
      );
      return (
        explanationHtml(options.explanation ?? howToRead) +
        (examples.length > 1 ? choicesHtml(id, "example", "Sentence", sentences) : "") +
        (layers > 1 ? choicesHtml(id, "layer", "Layer", depths, first) : "") +
        panels.join("")
      );
    },
    style: (id) =>
      [
        examples.length > 1 ? choicesStyle(id, "example", examples.length) : "",
        layers > 1 ? choicesStyle(id, "layer", layers) : "",
      ].join("\n"),
  };
}

function panelHtml(example: AttentionExample, index: number, layer: number, heads: number): string {
  const mean = meanMap(example, layer, heads);
  const moved = mostMoved(example, mean);
  const marked = example.marked ?? (moved === null ? [] : [moved]);
  const sentence = markedSentence(example, mean, marked);
  const maps = Array.from({ length: heads }, (_, head) =>
    attentionMapHtml(example, headMap(example, layer, head, heads), marked, `Head ${head + 1}`),
  );
  const caption = example.caption === undefined ? "" : `<p class="caption">${escapeHtml(example.caption)}</p>`;
  const summary = `Layer ${layer + 1}, all heads averaged. ${sentence}`;
  return (
    `<div class="panel" data-example="${index}" data-layer="${layer}">${caption}` +
    `<h3>Layer ${layer + 1}, ${heads === 1 ? "its one head" : `its ${heads} heads averaged`}</h3>` +
    alignmentHtml(example, mean, marked, summary) +
    (sentence === "" ? "" : `<p class="marked">${escapeHtml(sentence)}</p>`) +
    (strongestSources(mean).length < mean.rows ? nothingHtml("Some weights are not numbers and are left out.") : "") +
    `<h3>Layer ${layer + 1}, head by head</h3>${explanationHtml(howToReadMaps)}${scaleHtml}` +
    `<div class="maps">${maps.join("")}</div>${strongestHtml(example, mean)}</div>`
  );
}

const scaleHtml =
  '<p class="scale" aria-hidden="true">looks away <span class="ramp"></span> looks at nothing else ' +
  '<span class="frame"></span> strongest of its row <span class="frame accent"></span> the word pointed out</p>';

function markedSentence({ source, target }: AttentionExample, mean: WeightMap, marked: readonly number[]): string {
  const sentences = strongestSources(mean)
    .filter((line) => marked.includes(line.target))
    .map(
      (line) =>
        `“${target[line.target]}” (word ${line.target + 1} of ${target.length}) looks most at ` +
        `“${source[line.source]}” (word ${line.source + 1} of ${source.length}): ${formatPercent(line.weight)} of its attention.`,
    );
  return sentences.join(" ");
}

function strongestHtml({ source, target }: AttentionExample, mean: WeightMap): string {
  const rows = strongestSources(mean).map((line) => {
    const cells = [target[line.target], source[line.source], formatPercent(line.weight)].map(
      (text) => `<td>${escapeHtml(text ?? "")}</td>`,
    );
    return `<tr>${cells.join("")}</tr>`;
  });
  const heads = ["target word", "looks most at", "weight"].map((head) => `<th scope="col">${head}</th>`).join("");
  return (
    "<details><summary>The averaged picture in words</summary>" +
    `<table class="facts"><thead><tr>${heads}</tr></thead><tbody>${rows.join("")}</tbody></table></details>`
  );
}

function checkCounts({ examples, heads }: AttentionOptions, layers: number, first: number): void {
  if (!(Number.isInteger(layers) && layers >= 1 && Number.isInteger(heads) && heads >= 1)) {
    throw new ReportError("attentionSection: layers and heads are not counts", {
      got: `layers = ${layers}, heads = ${heads}`,
      hint: "give whole numbers of at least 1; layers may be left out where there is one",
    });
  }
  if (!(Number.isInteger(first) && first >= 0 && first < layers)) {
    throw new ReportError("attentionSection: the layer to show first does not exist", {
      got: `layer = ${first} of ${layers}`,
      hint: "layers are counted from 0; leave it out to show the last one first",
    });
  }
  const cells = examples.reduce((sum, { source, target }) => sum + layers * heads * target.length * source.length, 0);
  if (cells > mostCells) {
    throw new ReportError("attentionSection: too many weights for one page", {
      got: `${formatNumber(cells)} cells in ${examples.length} examples`,
      hint: `show fewer or shorter examples: at most ${formatNumber(mostCells)} cells together`,
    });
  }
}
