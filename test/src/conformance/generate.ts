import { type Tensor, tensor } from "@typegrad/autograd";
import { generate, type Hypothesis, type Seq2SeqTransformer } from "@typegrad/transformer";
import { difference } from "./compare.js";
import { buildModule } from "./modules.js";
import { NotBuilt } from "./not-built.js";
import type { Case } from "./read-case.js";

/** Greedy decoding and beam search under the names of the file. */
async function compute(golden: Case): Promise<Record<string, Tensor>> {
  const model = buildModule(golden).module as Seq2SeqTransformer;
  const { beam: beams, alpha: lengthPenalty, max_len: maxTokens, pad } = golden.call as Record<string, number>;
  const src = golden.inputs.src!;
  const batch = src.shape[0]!;
  const greedy = await generate(model, src, { maxTokens: maxTokens! });
  const options = { strategy: "beam", beams: beams!, lengthPenalty: lengthPenalty!, maxTokens: maxTokens! } as const;
  const beam = await generate(model, src, options);

  const ids = (hypotheses: readonly (Hypothesis | undefined)[], shape: number[]): Tensor => {
    const rows = hypotheses.map((hypothesis) => hypothesis?.ids ?? []);
    const padded = rows.flatMap((row) => [...row, ...new Array<number>(maxTokens! - row.length).fill(pad!)]);
    return tensor(Int32Array.from(padded), { shape: [...shape, maxTokens!] });
  };
  const numbers = (values: readonly (number | undefined)[], shape: number[]): Tensor =>
    tensor(
      Float64Array.from(values, (value) => value ?? Number.NEGATIVE_INFINITY),
      { shape },
    );
  const first = greedy.hypotheses.map(([hypothesis]) => hypothesis);
  // A hypothesis that is missing is padding with −∞.
  const all = beam.hypotheses.flatMap((own) => Array.from({ length: beams! }, (_, i) => own[i]));
  return {
    "output.greedy.tokens": ids(first, [batch]),
    "output.greedy.logp": numbers(
      first.map((hypothesis) => hypothesis?.logProbability),
      [batch],
    ),
    "output.beam.tokens": ids(all, [batch, beams!]),
    "output.beam.logp": numbers(
      all.map((hypothesis) => hypothesis?.logProbability),
      [batch, beams!],
    ),
    "output.beam.score": numbers(
      all.map((hypothesis) => hypothesis?.score),
      [batch, beams!],
    ),
  };
}

/** Decoding with given weights: tokens exactly, log-probabilities and scores within the file's tolerance. */
export async function runGeneration(golden: Case): Promise<string[]> {
  if (golden.subject !== "Seq2Seq") throw new NotBuilt(`generation with ${golden.subject}`);
  const found = await compute(golden);
  const expected = Object.entries(golden.tensors).filter(([name]) => name.startsWith("output."));
  return expected.flatMap(([name, value]) => difference(name, found[name], value, golden) ?? []);
}
