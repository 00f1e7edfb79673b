import type { Generator } from "../../src/index.js";
import { at, build, ofFloats, type Plain, positions, promoted, sizeOf, stretched } from "./plain.js";
import { dropped } from "./random.js";
import { average, replaceLines, spread, total } from "./reductions.js";
import { commonLead, withLead } from "./shapes.js";

const softmaxLine = (line: readonly number[]): number[] =>
  line.map((value) => Math.exp(value) / total(line.map(Math.exp)));
const logSoftmaxLine = (line: readonly number[]): number[] =>
  line.map((value) => value - Math.log(total(line.map(Math.exp))));

const softmax = (x: Plain, dim = -1): Plain => replaceLines(x, dim, softmaxLine);
const logSoftmax = (x: Plain, dim = -1): Plain => replaceLines(x, dim, logSoftmaxLine);

interface Norm {
  readonly weight?: Plain | null;
  readonly bias?: Plain | null;
  readonly eps?: number;
}

/** Rows of `width` elements made to mean 0 and variance 1 (under `rms` to mean square 1), then scaled and moved. */
function normalized(x: Plain, width: number, { weight, bias, eps = 1e-5 }: Norm, rms: boolean): Plain {
  const data: number[] = [];
  for (let start = 0; start < x.data.length; start += width) {
    const row = x.data.slice(start, start + width);
    const centre = rms ? 0 : average(row);
    const square = rms ? average(row.map((value) => value * value)) : spread(row, 0);
    row.forEach((value, i) => {
      const standard = (value - centre) / Math.sqrt(square + eps);
      data.push(standard * (weight?.data[i] ?? 1) + (bias?.data[i] ?? 0));
    });
  }
  return { ...x, data };
}

/** The input of the dtype that it and its parameters have in common. */
const withParameters = (x: Plain, { weight, bias }: Norm): Plain => ({
  ...x,
  dtype: promoted([x, ...(weight ? [weight] : []), ...(bias ? [bias] : [])]),
});

interface BatchNorm extends Norm {
  readonly runningMean?: Plain | null;
  readonly runningVar?: Plain | null;
  readonly training?: boolean;
}

/** Channel by channel, over the batch and all further dims. */
function batchNorm(x: Plain, { runningMean, runningVar, weight, bias, training = false, eps = 1e-5 }: BatchNorm = {}) {
  const inChannel = (c: number): number[] => positions(x.shape).flatMap((p) => (p[1] === c ? [at(x, p)] : []));
  return build(x.shape, x.dtype, (position) => {
    const c = position[1]!;
    const centre = training ? average(inChannel(c)) : runningMean!.data[c]!;
    const variance = training ? spread(inChannel(c), 0) : runningVar!.data[c]!;
    const standard = (at(x, position) - centre) / Math.sqrt(variance + eps);
    return standard * (weight?.data[c] ?? 1) + (bias?.data[c] ?? 0);
  });
}

interface Rope {
  readonly theta?: number;
  readonly offset?: number | Plain;
  readonly interleaved?: boolean;
}

/** Each pair of elements of a row turned by its position times theta^(−2i / D). */
function rope(x: Plain, { theta = 10000, offset = 0, interleaved = false }: Rope = {}): Plain {
  const width = x.shape.at(-1)!;
  return build(x.shape, x.dtype, (position) => {
    const [front, row, place] = [position.slice(0, -1), position.at(-2)!, position.at(-1)!];
    const [pair, second] = interleaved
      ? [Math.floor(place / 2), place % 2 === 1]
      : [place % (width / 2), place >= width / 2];
    const partner = interleaved ? place + (second ? -1 : 1) : place + (second ? -width : width) / 2;
    const first = typeof offset === "number" ? offset : offset.data[offset.shape.length === 0 ? 0 : position[0]!]!;
    const angle = (first + row) * theta ** ((-2 * pair) / width);
    const [own, other] = [at(x, position), at(x, [...front, partner])];
    return own * Math.cos(angle) + (second ? other : -other) * Math.sin(angle);
  });
}

interface Attention {
  readonly mask?: Plain | null;
  readonly bias?: Plain | null;
  readonly causal?: boolean;
  readonly scale?: number;
  readonly dropoutP?: number;
  readonly generator?: Generator;
  readonly needWeights?: boolean;
  readonly keyStart?: Plain;
  readonly keyLength?: Plain;
}

/** Scores of one query against all keys, hidden ones −∞, made into weights; nothing to attend to gives zeros. */
function weightsOf(scores: readonly number[]): number[] {
  const sum = total(scores.map(Math.exp));
  return scores.map((score) => (sum === 0 ? 0 : Math.exp(score) / sum));
}

function attention(query: Plain, key: Plain, value: Plain, options: Attention = {}): Plain | Plain[] {
  const { mask, bias, causal = false, scale, dropoutP = 0, generator, keyStart, keyLength } = options;
  const lead = commonLead([query, key, value]);
  const [q, k, v] = [query, key, value].map((x) => withLead(x, lead)) as [Plain, Plain, Plain];
  const [rows, width, columns] = [query.shape.at(-2)!, query.shape.at(-1)!, key.shape.at(-2)!];
  const factor = scale ?? 1 / Math.sqrt(width);
  const length = keyLength?.data[0] ?? columns;
  // Query i stands at key i, or, where only `length` keys exist, such that the last query stands at the last of them.
  const shift = keyLength === undefined ? 0 : length - rows;
  const score = (front: number[], i: number, j: number): number => {
    const exists = j >= (keyStart?.data[front[0] ?? 0] ?? 0) && j < length;
    const hidden = (causal && j > i + shift) || (mask && stretched(mask, [...front, i, j]) === 0);
    if (!exists || hidden) return -Infinity;
    let dot = 0;
    for (let c = 0; c < width; c++) dot += at(q, [...front, i, c]) * at(k, [...front, j, c]);
    return dot * factor + (bias ? stretched(bias, [...front, i, j]) : 0);
  };
  const dtype = promoted([query, key, value]);
  const scores = build([...lead, rows, columns], dtype, (p) => score(p.slice(0, -2), p.at(-2)!, p.at(-1)!));
  const weights = replaceLines(scores, -1, weightsOf);
  const used = dropped(weights, dropoutP, generator);
  const out = build([...lead, rows, value.shape.at(-1)!], dtype, (position) => {
    const [front, i, c] = [position.slice(0, -2), position.at(-2)!, position.at(-1)!];
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += at(used, [...front, i, j]) * at(v, [...front, j, c]);
    return sum;
  });
  return options.needWeights ? [out, weights] : out;
}

interface AttentionArgs {
  readonly scale: number;
  readonly causal: boolean;
  readonly hasMask: boolean;
  readonly hasBias: boolean;
}

export const networkReferences = {
  softmax,
  logSoftmax,
  layerNorm: ofFloats((x, over: readonly number[], options: Norm = {}) =>
    normalized(withParameters(x, options), sizeOf(over), options, false),
  ),
  rmsNorm: ofFloats((x, options: Norm = {}) => normalized(withParameters(x, options), x.shape.at(-1)!, options, true)),
  batchNorm: ofFloats(batchNorm),
  dropout: (
    x: Plain,
    { p = 0.5, training = true, generator }: { p?: number; training?: boolean; generator?: Generator } = {},
  ) => (training ? ofFloats(dropped)(x, p, generator) : x),
  rope: ofFloats(rope),
  scaledDotProductAttention: ofFloats(attention),

  softmaxLast: (x: Plain) => softmax(x),
  logSoftmaxLast: (x: Plain) => logSoftmax(x),
  normalizeRows: ([x, weight, bias]: readonly Plain[], { eps, rms }: { eps: number; rms: boolean }) =>
    normalized(x!, x!.shape.at(-1)!, { eps, ...(weight ? { weight } : {}), ...(bias ? { bias } : {}) }, rms),
  attend: ([q, k, v, ...rest]: readonly Plain[], { scale, causal, hasMask, hasBias }: AttentionArgs) =>
    attention(q!, k!, v!, {
      scale,
      causal,
      mask: hasMask ? rest[0]! : null,
      bias: hasBias ? rest[hasMask ? 1 : 0]! : null,
    }),
};

export { logSoftmax };
