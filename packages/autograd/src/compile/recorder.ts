import type { Strided } from "../storage.js";
import type { Target } from "../targets/target.js";
import type { Instruction, KernelName, Settings } from "./graph.js";

/** A call of a kernel, its operands still as the caller gave them. */
export interface Call {
  readonly kernel: KernelName;
  readonly inputs: readonly Strided[];
  readonly outputs: readonly Strided[];
  readonly updates?: boolean;
  readonly settings?: Settings;
  readonly run: Instruction["run"];
}

type Some = readonly Strided[];

/** The operands that are there. */
const present = (...operands: readonly (Strided | null)[]): Some => operands.filter((x) => x !== null);

/** Optional operands, taken back one by one from a list that holds only those that are there. */
function optional(operands: Some, first: number, ...has: readonly boolean[]): (Strided | null)[] {
  let next = first;
  return has.map((there) => (there ? operands[next++]! : null));
}

/**
 * The target that computes nothing: each of its kernels hands on what it was called with, and how to call it again on a
 * target that does. A check that a kernel makes of its indices stands before it as a call of its own.
 */
export function recorder(emit: (call: Call) => void): Target {
  return {
    name: "recorder",
    pointwise: (declaration, dtype, inputs, output) =>
      emit({
        kernel: "pointwise",
        inputs,
        outputs: [output],
        settings: { declaration, dtype },
        run: (target, x, [out]) => target.pointwise(declaration, dtype, x, out!),
      }),
    copy: (input, output) =>
      emit({ kernel: "copy", inputs: [input], outputs: [output], run: (target, [x], [out]) => target.copy(x!, out!) }),
    fill: (value, output) =>
      emit({
        kernel: "fill",
        inputs: [],
        outputs: [output],
        settings: { value },
        run: (target, _, [out]) => target.fill(value, out!),
      }),
    reduce: (kind, input, dims, output) =>
      emit({
        kernel: "reduce",
        inputs: [input],
        outputs: [output],
        settings: { kind, dims },
        run: (target, [x], [out]) => target.reduce(kind, x!, dims, out!),
      }),
    argReduce: (kind, input, dim, output) =>
      emit({
        kernel: "argReduce",
        inputs: [input],
        outputs: [output],
        settings: { kind, dim },
        run: (target, [x], [out]) => target.argReduce(kind, x!, dim, out!),
      }),
    cumsum: (input, dim, output) =>
      emit({
        kernel: "cumsum",
        inputs: [input],
        outputs: [output],
        settings: { dim },
        run: (target, [x], [out]) => target.cumsum(x!, dim, out!),
      }),
    argsort: (input, dim, descending, output) =>
      emit({
        kernel: "argsort",
        inputs: [input],
        outputs: [output],
        settings: { dim, descending },
        run: (target, [x], [out]) => target.argsort(x!, dim, descending, out!),
      }),
    checkIndices: (index, extent, what) =>
      emit({
        kernel: "checkIndices",
        inputs: [index],
        outputs: [],
        settings: { extent, what },
        run: (target, [x]) => target.checkIndices(x!, extent, what),
      }),
    checkClasses: (classes, count, ignoreIndex) =>
      emit({
        kernel: "checkClasses",
        inputs: [classes],
        outputs: [],
        settings: { count, ignoreIndex },
        run: (target, [x]) => target.checkClasses(x!, count, ignoreIndex),
      }),
    checkFinite(input, what) {
      emit({
        kernel: "checkFinite",
        inputs: [input],
        outputs: [],
        settings: { what },
        run: (target, [x]) => target.checkFinite(x!, what),
      });
    },
    gather(input, dim, index, output, what) {
      this.checkIndices(index, input.shape[dim] ?? 1, what);
      emit({
        kernel: "gather",
        inputs: [input, index],
        outputs: [output],
        settings: { dim },
        run: (target, [x, at], [out]) => target.gather(x!, dim, at!, out!, what),
      });
    },
    scatterAdd(source, dim, index, output) {
      this.checkIndices(index, output.shape[dim] ?? 1, "scatterAdd: index");
      emit({
        kernel: "scatterAdd",
        inputs: [source, index],
        outputs: [output],
        updates: true,
        settings: { dim },
        run: (target, [x, at], [out]) => target.scatterAdd(x!, dim, at!, out!),
      });
    },
    indexSelect(input, dim, index, output, what) {
      this.checkIndices(index, input.shape[dim] ?? 1, what);
      emit({
        kernel: "indexSelect",
        inputs: [input, index],
        outputs: [output],
        settings: { dim },
        run: (target, [x, at], [out]) => target.indexSelect(x!, dim, at!, out!, what),
      });
    },
    indexAdd(source, dim, index, output) {
      this.checkIndices(index, output.shape[dim] ?? 1, "indexAdd: index");
      emit({
        kernel: "indexAdd",
        inputs: [source, index],
        outputs: [output],
        updates: true,
        settings: { dim },
        run: (target, [x, at], [out]) => target.indexAdd(x!, dim, at!, out!),
      });
    },
    indexCopy(source, dim, index, output) {
      this.checkIndices(index, output.shape[dim] ?? 1, "indexCopy: index");
      emit({
        kernel: "indexCopy",
        inputs: [source, index],
        outputs: [output],
        updates: true,
        settings: { dim },
        run: (target, [x, at], [out]) => target.indexCopy(x!, dim, at!, out!),
      });
    },
    overlapAdd: (source, dim, step, dilation, output) =>
      emit({
        kernel: "overlapAdd",
        inputs: [source],
        outputs: [output],
        updates: true,
        settings: { dim, step, dilation },
        run: (target, [x], [out]) => target.overlapAdd(x!, dim, step, dilation, out!),
      }),
    matmul: (a, b, output) =>
      emit({
        kernel: "matmul",
        inputs: [a, b],
        outputs: [output],
        run: (target, [x, y], [out]) => target.matmul(x!, y!, out!),
      }),
    uniform: (state, output) =>
      emit({
        kernel: "uniform",
        inputs: [state],
        outputs: [output],
        run: (target, [x], [out]) => target.uniform(x!, out!),
      }),
    normal: (state, output) =>
      emit({
        kernel: "normal",
        inputs: [state],
        outputs: [output],
        run: (target, [x], [out]) => target.normal(x!, out!),
      }),
    integers: (state, low, count, output) =>
      emit({
        kernel: "integers",
        inputs: [state],
        outputs: [output],
        settings: { low, count },
        run: (target, [x], [out]) => target.integers(x!, low, count, out!),
      }),
    advance: (state, output) =>
      emit({
        kernel: "advance",
        inputs: [state],
        outputs: [output],
        run: (target, [x], [out]) => target.advance(x!, out!),
      }),
    softmax: (input, output) =>
      emit({
        kernel: "softmax",
        inputs: [input],
        outputs: [output],
        run: (target, [x], [out]) => target.softmax(x!, out!),
      }),
    logSoftmax: (input, output) =>
      emit({
        kernel: "logSoftmax",
        inputs: [input],
        outputs: [output],
        run: (target, [x], [out]) => target.logSoftmax(x!, out!),
      }),
    softmaxGrad: (gradient, probabilities, output) =>
      emit({
        kernel: "softmaxGrad",
        inputs: [gradient, probabilities],
        outputs: [output],
        run: (target, [g, p], [out]) => target.softmaxGrad(g!, p!, out!),
      }),
    logSoftmaxGrad: (gradient, logProbabilities, output) =>
      emit({
        kernel: "logSoftmaxGrad",
        inputs: [gradient, logProbabilities],
        outputs: [output],
        run: (target, [g, p], [out]) => target.logSoftmaxGrad(g!, p!, out!),
      }),
    layerNorm({ input, weight, bias }, eps, rms, output, statistics) {
      const [hasWeight, hasBias] = [weight !== null, bias !== null];
      emit({
        kernel: "layerNorm",
        inputs: present(input, weight, bias),
        outputs: [output, statistics],
        settings: { eps, rms, hasWeight, hasBias },
        run(target, operands, [out, found]) {
          const [w, b] = optional(operands, 1, hasWeight, hasBias);
          target.layerNorm({ input: operands[0]!, weight: w!, bias: b! }, eps, rms, out!, found!);
        },
      });
    },
    layerNormGrad(gradient, input, weight, statistics, rms, output) {
      const hasWeight = weight !== null;
      emit({
        kernel: "layerNormGrad",
        inputs: present(gradient, input, statistics, weight),
        outputs: [output],
        settings: { rms, hasWeight },
        run: (target, [g, x, found, w], [out]) => target.layerNormGrad(g!, x!, w ?? null, found!, rms, out!),
      });
    },
    standardize: (input, statistics, output) =>
      emit({
        kernel: "standardize",
        inputs: [input, statistics],
        outputs: [output],
        run: (target, [x, found], [out]) => target.standardize(x!, found!, out!),
      }),
    crossEntropy(logits, classes, settings, output, logSumExp) {
      this.checkClasses(classes, logits.shape[1]!, settings.ignoreIndex);
      emit({
        kernel: "crossEntropy",
        inputs: [logits, classes],
        outputs: [output, logSumExp],
        settings: { ignoreIndex: settings.ignoreIndex, labelSmoothing: settings.labelSmoothing },
        run: (target, [x, own], [out, total]) => target.crossEntropy(x!, own!, settings, out!, total!),
      });
    },
    crossEntropyGrad: (gradient, logits, classes, logSumExp, settings, output) =>
      emit({
        kernel: "crossEntropyGrad",
        inputs: [gradient, logits, classes, logSumExp],
        outputs: [output],
        settings: { ignoreIndex: settings.ignoreIndex, labelSmoothing: settings.labelSmoothing },
        run: (target, [g, x, own, total], [out]) => target.crossEntropyGrad(g!, x!, own!, total!, settings, out!),
      }),
    attention({ query, key, value, mask, bias }, { scale, causal }, output, logSumExp) {
      const [hasMask, hasBias] = [mask !== null, bias !== null];
      emit({
        kernel: "attention",
        inputs: present(query, key, value, mask, bias),
        outputs: [output, logSumExp],
        settings: { scale, causal, hasMask, hasBias },
        run(target, operands, [out, total]) {
          const [q, k, v] = operands;
          const [m, b] = optional(operands, 3, hasMask, hasBias);
          target.attention({ query: q!, key: k!, value: v!, mask: m!, bias: b! }, { scale, causal }, out!, total!);
        },
      });
    },
    attentionGrad({ query, key, value, mask, bias }, { scale, causal }, gradient, logSumExp, results) {
      const [hasMask, hasBias] = [mask !== null, bias !== null];
      emit({
        kernel: "attentionGrad",
        inputs: present(gradient, logSumExp, query, key, value, mask, bias),
        outputs: [results.query, results.key, results.value],
        settings: { scale, causal, hasMask, hasBias },
        run(target, operands, [dq, dk, dv]) {
          const [g, total, q, k, v] = operands;
          const [m, b] = optional(operands, 5, hasMask, hasBias);
          const attended = { query: q!, key: k!, value: v!, mask: m!, bias: b! };
          target.attentionGrad(attended, { scale, causal }, g!, total!, { query: dq!, key: dk!, value: dv! });
        },
      });
    },
  };
}
