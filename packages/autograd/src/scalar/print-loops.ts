import { expandCalls } from "./expand.js";
import type { PointwiseDeclaration, PointwiseDType, PointwiseRole } from "./pointwise.js";
import { indent, printBody } from "./print-typescript.js";

const arrays: Record<PointwiseDType, string> = {
  float32: "Float32Array",
  float64: "Float64Array",
  int32: "Int32Array",
  bool: "Uint8Array",
};

const letters = ["a", "b", "c", "d", "e", "f", "g", "h"];

/** How many elements one turn of a loop over neighbours does: at 4 the loop itself no longer costs a third of the time. */
const lanes = [0, 1, 2, 3];

/** The name of the function printed for `declaration` on values of `dtype`. */
export function loopName(declaration: PointwiseDeclaration, dtype: PointwiseDType): string {
  return `${declaration.name}_${dtype}`;
}

/**
 * Prints the loop of `declaration` for values of `dtype`, of type PointwiseLoop. Arrays are cast to their class once, so
 * that each function sees one class only. Where all elements are neighbours they are done in fours, unless there is an
 * elementary function, beside which the strides cost nothing; the rest, or all, is done one by one along the strides.
 */
export function printLoop(declaration: PointwiseDeclaration, dtype: PointwiseDType): string {
  const { inputs, output } = declaration;
  const isFloat = dtype === "float32" || dtype === "float64";
  const expression = isFloat ? expandCalls(declaration.expression, dtype === "float32") : declaration.expression;
  const isDear = expression !== declaration.expression;
  const names = letters.slice(0, inputs.length);
  if (names.length !== inputs.length)
    throw new Error(`print: ${declaration.name} has more than ${letters.length} inputs`);

  const lines = names.map((name, index) => `const ${name} = inputs[${index}] as ${arrayOf(inputs[index], dtype)};`);
  lines.push(`const out = output as ${arrayOf(output, dtype)};`);
  lines.push(...names.map((name, index) => `let ${name}At = offsets[${index}] as number;`));
  lines.push(...names.map((name, index) => `const ${name}Step = strides[${index}] as number;`));
  lines.push("let i = 0;");

  const body = (inputAt: (name: string) => string, outputAt: string): string[] => {
    const reads = names.map((name, position) => {
      const value = `${name}[${inputAt(name)}] as number`;
      return `const ${name}Value = ${inputs[position] === "bool" ? `(${value}) !== 0` : value};`;
    });
    const values = names.map((name) => `${name}Value`);
    const { statements, result } = printBody(expression, values, isFloat ? "float" : dtype);
    const stored = expression.kind === "boolean" ? `+(${result})` : result;
    return [...reads, ...statements, `out[${outputAt}] = ${stored};`];
  };

  if (names.length > 0 && !isDear) {
    const groups = lanes.flatMap((lane) => {
      const behind = lane === 0 ? "" : ` + ${lane}`;
      return ["{", ...body((name) => `${name}At + i${behind}`, `start + i${behind}`).map(indent), "}"];
    });
    const advance = names.map((name) => `${name}At += i;`);
    lines.push(`if (${names.map((name) => `${name}Step === 1`).join(" && ")}) {`);
    lines.push(...["for (; i + 3 < count; i += 4) {", ...groups.map(indent), "}", ...advance].map(indent), "}");
  }
  const step = names.map((name) => `${name}At += ${name}Step;`);
  lines.push("for (; i < count; i++) {", ...[...body((name) => `${name}At`, "start + i"), ...step].map(indent), "}");
  const head = `const ${loopName(declaration, dtype)}: PointwiseLoop = (count, inputs, offsets, strides, output, start) => {`;
  return [head, ...lines.map(indent), "};"].join("\n");
}

function arrayOf(role: PointwiseRole | undefined, dtype: PointwiseDType): string {
  return arrays[role === "bool" ? "bool" : dtype];
}
