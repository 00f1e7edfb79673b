import { type Graph, type Instruction, type Operand, type Settings, Value } from "../../src/compile/graph.js";
import { whole } from "../../src/compile/operands.js";
import type { DType, TypedArray } from "../../src/dtype.js";
import * as fused from "../../src/fused/index.js";
import * as primitives from "../../src/primitives/index.js";
import type { PointwiseDeclaration } from "../../src/scalar/pointwise.js";
import { broadcastShapes, type Shape, sizeOf } from "../../src/shape.js";
import { Storage } from "../../src/storage.js";
import type { AttentionSettings } from "../../src/targets/target.js";

/** The scalar function of every pointwise operation, by its name. */
const declarations = new Map<string, PointwiseDeclaration>();
for (const operation of [...Object.values(primitives), ...Object.values(fused)]) {
  const { primitive } = operation as { readonly primitive?: { readonly pointwise?: readonly PointwiseDeclaration[] } };
  for (const declaration of primitive?.pointwise ?? []) declarations.set(declaration.name, declaration);
}

export const permuted = (x: Operand, ...dims: number[]): Operand => ({
  ...x,
  shape: dims.map((d) => x.shape[d]!),
  strides: dims.map((d) => x.strides[d]!),
});

/** The elements start … stop − 1 along a dim. */
export const sliced = (x: Operand, dim: number, start: number, stop: number): Operand => {
  const shape = x.shape.map((extent, d) => (d === dim ? stop - start : extent));
  return { ...x, shape, offset: x.offset + start * x.strides[dim]!, size: sizeOf(shape) };
};

/** Makes graphs by hand, as a trace would: one value for each result. */
export class GraphBuilder {
  readonly instructions: Instruction[] = [];
  readonly stores: Graph["stores"][number][] = [];
  #values = 0;
  #arguments = 0;

  #value(dtype: DType, size: number, origin: Value["origin"] = { kind: "computed" }): Value {
    return new Value(this.#values++, dtype, size, origin);
  }

  argument(shape: Shape, dtype: DType = "float32"): Operand {
    return whole(this.#value(dtype, sizeOf(shape), { kind: "argument", place: this.#arguments++ }), shape);
  }

  state(array: TypedArray, shape: Shape = [array.length]): Operand {
    return whole(this.#value(dtypeOf(array), array.length, { kind: "state", storage: new Storage(array) }), shape);
  }

  constant(array: TypedArray, shape: Shape = [array.length]): Operand {
    return whole(this.#value(dtypeOf(array), array.length, { kind: "constant", array }), shape);
  }

  /** A value that instructions are going to write. */
  result(shape: Shape, dtype: DType = "float32"): Operand {
    return whole(this.#value(dtype, sizeOf(shape)), shape);
  }

  call(
    kernel: string,
    inputs: readonly Operand[],
    outputs: readonly Operand[],
    run: Instruction["run"],
    settings: Settings = {},
    more: Partial<Instruction> = {},
  ): void {
    const checks = outputs.length === 0;
    this.instructions.push({
      kernel,
      inputs,
      outputs,
      updates: false,
      checks,
      settings,
      run,
      operation: kernel,
      ...more,
    });
  }

  pointwise(name: string, ...inputs: readonly Operand[]): Operand {
    const declaration = declarations.get(name)!;
    const value = inputs.find((_, i) => declaration.inputs[i] === "value");
    const dtype = value?.dtype ?? "bool";
    const shape = broadcastShapes(
      name,
      inputs.map((x) => x.shape),
    );
    const output = this.result(shape, declaration.output === "bool" ? "bool" : dtype);
    this.call("pointwise", inputs, [output], (target, x, [out]) => target.pointwise(declaration, dtype, x, out!), {
      declaration,
      dtype,
    });
    return output;
  }

  copy(x: Operand, to: Operand = this.result(x.shape, x.dtype)): Operand {
    this.call("copy", [x], [to], (target, [from], [out]) => target.copy(from!, out!));
    return to;
  }

  fill(value: number, to: Operand): Operand {
    this.call("fill", [], [to], (target, _, [out]) => target.fill(value, out!), { value });
    return to;
  }

  /** Zeros with `x` at `start` of a dim of another extent. */
  pad(x: Operand, dim: number, start: number, extent: number): Operand {
    const result = this.result(x.shape.map((own, d) => (d === dim ? extent : own)));
    this.fill(0, result);
    this.copy(x, sliced(result, dim, start, start + x.shape[dim]!));
    return result;
  }

  reduce(kind: "sum" | "max" | "min", x: Operand, ...dims: readonly number[]): Operand {
    const output = this.result(x.shape.filter((_, d) => !dims.includes(d)));
    this.call("reduce", [x], [output], (target, [from], [out]) => target.reduce(kind, from!, dims, out!), {
      kind,
      dims,
    });
    return output;
  }

  matmul(a: Operand, b: Operand): Operand {
    const lead = broadcastShapes("matmul", [a.shape.slice(0, -2), b.shape.slice(0, -2)]);
    const output = this.result([...lead, a.shape.at(-2)!, b.shape.at(-1)!]);
    this.call("matmul", [a, b], [output], (target, [x, y], [out]) => target.matmul(x!, y!, out!));
    return output;
  }

  attention(query: Operand, key: Operand, value: Operand): Operand {
    const settings: AttentionSettings = { scale: 1, causal: false };
    const output = this.result([...query.shape.slice(0, 3), value.shape[3]!]);
    const statistics = this.result(query.shape.slice(0, 3), "float64");
    this.call(
      "attention",
      [query, key, value],
      [output, statistics],
      (target, [q, k, v], [out, sums]) =>
        target.attention({ query: q!, key: k!, value: v!, mask: null, bias: null }, settings, out!, sums!),
      { ...settings },
    );
    return output;
  }

  scatterAdd(source: Operand, index: Operand, extent: number): Operand {
    const output = this.fill(0, this.result([extent, ...source.shape.slice(1)]));
    this.call(
      "indexAdd",
      [source, index],
      [output],
      (target, [x, at], [out]) => target.indexAdd(x!, 0, at!, out!),
      { dim: 0 },
      { updates: true },
    );
    return output;
  }

  uniform(state: Operand, shape: Shape): Operand {
    const output = this.result(shape);
    this.call("uniform", [state], [output], (target, [from], [out]) => target.uniform(from!, out!));
    return output;
  }

  /** Throws at run time when an element is not finite. */
  check(x: Operand): void {
    this.call("checkFinite", [x], [], (_, [from]) => {
      if (!from!.storage.array.every(Number.isFinite)) throw new RangeError("not finite");
    });
  }

  store(state: Operand, source: Operand): void {
    this.stores.push({ state: state.value, source });
  }

  graph(...results: readonly Operand[]): Graph {
    return { instructions: this.instructions, stores: this.stores, results };
  }
}

const dtypeOf = (array: TypedArray): DType => {
  const names = { Float32Array: "float32", Float64Array: "float64", Int32Array: "int32", Uint8Array: "bool" } as const;
  return names[array.constructor.name as keyof typeof names];
};
