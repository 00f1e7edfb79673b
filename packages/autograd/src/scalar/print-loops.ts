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

/** The name of the function printed for `declaration` on values of `dtype`. */
export function loopName(declaration: PointwiseDeclaration, dtype: PointwiseDType): string {
  return `${declaration.name}_${dtype}`;
}

/**
 * Prints the loop of `declaration` for values of `dtype`, of type PointwiseLoop: arrays are cast to their class once,
 * so that each function sees one class only. Inputs whose elements are all neighbours have a loop of their own where
 * the strides would be noticed, which beside an elementary function they are not.
 */
export function printLoop(declaration: PointwiseDeclaration, dtype: PointwiseDType): string {
  const { inputs, output } = declaration;
  const isFloat = dtype === "float32" || dtype === "float64";
  const expression = isFloat ? expandCalls(declaration.expression, dtype === "float32") : declaration.expression;
  const isDear = expression !== declaration.expression;
  const names = letters.slice(0, inputs.length);
  const lines = names.map((name, index) => `const ${name} = inputs[${index}] as ${arrayOf(inputs[index], dtype)};`);
  lines.push(`const out = output as ${arrayOf(output, dtype)};`);
  for (const [index, name] of names.entries()) lines.push(`let ${name}At = offsets[${index}] as number;`);
  for (const [index, name] of names.entries()) lines.push(`const ${name}Step = strides[${index}] as number;`);

  const body = (index: (name: string) => string): string[] => {
    const reads = names.map((name, position) => {
      const value = `${name}[${index(name)}] as number`;
      return `const ${name}Value = ${inputs[position] === "bool" ? `(${value}) !== 0` : value};`;
    });
    const printed = printBody(
      expression,
      names.map((name) => `${name}Value`),
      isFloat ? "float" : dtype,
    );
    const result = expression.kind === "boolean" ? `+(${printed.result})` : printed.result;
    return [...reads, ...printed.statements, `out[start + i] = ${result};`].map(indent);
  };

  const loop = "for (let i = 0; i < count; i++) {";
  if (names.length > 0 && !isDear) {
    lines.push(`if (${names.map((name) => `${name}Step === 1`).join(" && ")}) {`);
    lines.push(...[loop, ...body((name) => `${name}At + i`), "}", "return;"].map(indent), "}");
  }
  lines.push(loop, ...body((name) => `${name}At`));
  lines.push(...names.map((name) => indent(`${name}At += ${name}Step;`)), "}");
  const head = `const ${loopName(declaration, dtype)}: PointwiseLoop = (count, inputs, offsets, strides, output, start) => {`;
  return [head, ...lines.map(indent), "};"].join("\n");
}

function arrayOf(role: PointwiseRole | undefined, dtype: PointwiseDType): string {
  return arrays[role === "bool" ? "bool" : dtype];
}
