import type { DType, TypedArray } from "../../dtype.js";
import { substitute } from "../../scalar/expand.js";
import { constant, input, type Scalar, select } from "../../scalar/expression.js";
import type { PointwiseDeclaration } from "../../scalar/pointwise.js";
import { contiguousStrides, type Shape } from "../../shape.js";
import { Storage, type Strided } from "../../storage.js";
import type { Instruction, Operand, Value } from "../graph.js";
import { expanded, operandKey, reshaped, shrunk } from "../operands.js";
import { scratch } from "../strided-run.js";

/** The operand of an instruction of the given output, stretched and reshaped to the shape that a chain runs over. */
export function overShape(operand: Operand, own: Shape, shape: Shape): Operand | null {
  return reshaped(expanded(operand, own), shape);
}

/** Where the elements come from that a member of a chain reads: the chain's input of that number, or another member. */
type Source = { readonly input: number } | { readonly member: number } | { readonly array: TypedArray };

/** A member, and where its operands come from. */
interface Link {
  readonly instruction: Instruction;
  readonly sources: readonly Source[];
}

/**
 * One instruction that does what its members do, in their order, over one shape. Settings: `expressions`, one for each
 * output, over the inputs, which broadcast to that shape.
 *
 * @param members elementwise instructions, whose operands all fit the shape; what one reads of another's output it reads
 *   at the same index
 * @param numberIn the number that every element of a value is, if that is known
 * @param isNeeded whether a value that a member writes is read outside
 * @returns `null` when nothing is needed
 */
export function chainOf(
  members: readonly Instruction[],
  shape: Shape,
  numberIn: (value: Value) => number | null,
  isNeeded: (value: Value) => boolean,
): Instruction | null {
  const inputs: Operand[] = [];
  const places = new Map<string, number>();
  const written = new Map<string, number>();
  const values: Scalar[] = [];
  const links: Link[] = [];
  const wanted: number[] = [];
  for (const instruction of members) {
    const own = instruction.outputs[0]!.shape;
    const sources = instruction.inputs.map((operand): Source => {
      const number = numberIn(operand.value);
      if (number !== null) return { array: Float64Array.of(number) };
      const wide = overShape(operand, own, shape)!;
      const member = written.get(operandKey(wide));
      if (member !== undefined) return { member };
      const narrow = shrunk(wide);
      const key = operandKey(narrow);
      const known = places.get(key);
      if (known !== undefined) return { input: known };
      places.set(key, inputs.length);
      return { input: inputs.push(narrow) - 1 };
    });
    const args = sources.map((source, i) => termOf(source, instruction.inputs[i]!.dtype, values));
    values.push(expressionOf(instruction, args));
    const output = reshaped(instruction.outputs[0]!, shape)!;
    written.set(operandKey(output), links.length);
    if (isNeeded(output.value)) wanted.push(links.length);
    links.push({ instruction, sources });
  }
  if (wanted.length === 0) return null;
  const { region } = members[0]!;
  return {
    kernel: "chain",
    inputs,
    outputs: wanted.map((member) => reshaped(members[member]!.outputs[0]!, shape)!),
    updates: false,
    checks: false,
    settings: { expressions: wanted.map((member) => values[member]!) },
    run: runOf(links, inputs, wanted, shape),
    operation: [...new Set(members.map(({ operation }) => operation))].join(", "),
    ...(region === undefined ? {} : { region }),
  };
}

function termOf(source: Source, dtype: DType, values: readonly Scalar[]): Scalar {
  if ("member" in source) return values[source.member]!;
  if ("input" in source) return input(source.input, dtype === "bool" ? "boolean" : "number");
  const number = constant(source.array[0]!);
  return dtype === "bool" ? number.ne(0) : number;
}

/** What a member computes of its operands; anything but a pointwise function copies, and converts on the way. */
function expressionOf({ kernel, inputs, outputs, settings }: Instruction, args: readonly Scalar[]): Scalar {
  if (kernel === "pointwise") return substitute((settings.declaration as PointwiseDeclaration).expression, args);
  const [from, to] = [inputs[0]!.dtype, outputs[0]!.dtype];
  if ((from === "bool") === (to === "bool")) return args[0]!;
  return to === "bool" ? args[0]!.ne(0) : select(args[0]!, 1, 0);
}

/** The same on any target, member by member; outputs are written last, as they may lie where inputs do. */
function runOf(
  links: readonly Link[],
  operands: readonly Operand[],
  wanted: readonly number[],
  shape: Shape,
): Instruction["run"] {
  return (target, inputs, outputs) => {
    const results: Strided[] = [];
    for (const { instruction, sources } of links) {
      const [output] = instruction.outputs;
      const result = scratch(output!.dtype, output!.shape);
      const given = instruction.inputs.map((operand, i): Strided => {
        const { dtype, shape, strides, size } = operand;
        const source = sources[i]!;
        if ("member" in source) {
          const { storage } = results[source.member]!;
          return { storage, dtype, shape, strides: contiguousStrides(shape), offset: 0, size };
        }
        if ("array" in source) {
          return { storage: new Storage(source.array), dtype, shape, strides: shape.map(() => 0), offset: 0, size };
        }
        const { storage, offset } = inputs[source.input]!;
        return {
          storage,
          dtype,
          shape,
          strides,
          offset: offset - operands[source.input]!.offset + operand.offset,
          size,
        };
      });
      instruction.run(target, given, [result]);
      results.push(result);
    }
    wanted.forEach((member, i) => {
      target.copy({ ...results[member]!, shape, strides: contiguousStrides(shape) }, outputs[i]!);
    });
  };
}
