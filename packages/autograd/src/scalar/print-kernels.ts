import { expBelow88 } from "./elementary/exp.js";
import { elementaryRows } from "./elementary.js";
import { input } from "./expression.js";
import type { PointwiseDeclaration } from "./pointwise.js";
import { printAssembly } from "./print-assembly.js";
import { printAssemblyRows, type RowParameter } from "./print-assembly-rows.js";
import { loopName, printLoop } from "./print-loops.js";
import { largestSelectCount, printFunction } from "./print-typescript.js";

const banner = "// Printed by scripts/print-kernels.ts from the declarations of scalar functions; not to be edited.";

/** The generated files as text. */
export interface PrintedKernels {
  /** The elementary functions in TypeScript. */
  readonly elementary: string;
  /** The loops that call them. */
  readonly pointwise: string;
  /** Those in AssemblyScript that its kernels call. */
  readonly assembly: string;
}

export function printKernels(declarations: readonly PointwiseDeclaration[]): PrintedKernels {
  return { elementary: printElementary(), pointwise: printPointwise(declarations), assembly: printAssemblyFile() };
}

const row = (name: string): RowParameter => ({ name, kind: "row" });
const number = (name: string): RowParameter => ({ name, kind: "number" });

/** What the kernels of `assembly/` have of the elementary functions: loops along rows of float32, and float64 numbers. */
function printAssemblyFile(): string {
  const difference = input(0).minus(input(1)).minus(input(2));
  const powers = printAssemblyRows("powers", [row("x"), number("high"), number("low")], expBelow88(difference));
  const { parameters, float64 } = elementaryRows.log;
  return [banner, powers, printAssembly("log", parameters, float64), ""].join("\n\n");
}

/** Each elementary function's float64 row, and the few exact helpers the rows and the loops need. */
function printElementary(): string {
  const functions = Object.entries(elementaryRows).map(([name, { parameters, float64 }]) =>
    printFunction(name, parameters, float64),
  );
  const text = [prelude, ...functions].join("\n\n");
  return [banner, bindMath(text), text, ""].join("\n\n");
}

function printPointwise(declarations: readonly PointwiseDeclaration[]): string {
  const names = new Set<string>();
  const loops: string[] = [];
  const table: string[] = [];
  for (const declaration of declarations) {
    const { name, dtypes } = declaration;
    if (names.has(name)) throw new Error(`pointwise: two declarations are named ${name}`);
    names.add(name);
    for (const dtype of dtypes) loops.push(printLoop(declaration, dtype));
    const entries = dtypes.map((dtype) => `${dtype}: ${loopName(declaration, dtype)}`);
    table.push(`  ${name}: { ${entries.join(", ")} },`);
  }
  const text = loops.join("\n\n");
  const helpers = ["copysign", "exponent", "integerPicks", "nearest", "picks", "powOfIntegers", "powersOfTwo", "scale"];
  const imports = usedIn(text, [...Object.keys(elementaryRows), ...helpers]);
  return [
    banner,
    [
      'import type { PointwiseDType, PointwiseLoop } from "../../scalar/pointwise.js";',
      ...(imports.length > 0 ? [`import { ${imports.join(", ")} } from "./elementary.generated.js";`] : []),
    ].join("\n"),
    bindMath(text),
    ...loops,
    [
      "/** The loops by kernel name and common dtype of the values. */",
      "export const pointwiseLoops: Record<string, Partial<Record<PointwiseDType, PointwiseLoop>>> = {",
      ...table,
      "};",
      "",
    ].join("\n"),
  ].join("\n\n");
}

/** The functions of Math that `text` uses, bound to consts: each is exact or correctly rounded, as nothing else there is. */
function bindMath(text: string): string {
  const functions = usedIn(text, ["abs", "floor", "imul", "max", "min", "sqrt"]);
  return [
    "// Bound once: a lookup in the global object costs more than the operation where a module runs in a vm context.",
    `const { ${functions.join(", ")} } = Math;`,
  ].join("\n");
}

function usedIn(text: string, names: readonly string[]): string[] {
  return names.filter((name) => new RegExp(`\\b${name}\\(|\\b${name}\\[`).test(text));
}

const prelude = `/** 2^(index − 1023) */
export const powersOfTwo = new Float64Array(2048);
powersOfTwo[1023] = 1;
for (let index = 1024; index < 2048; index++) powersOfTwo[index] = (powersOfTwo[index - 1] as number) * 2;
for (let index = 1022; index > 0; index--) powersOfTwo[index] = (powersOfTwo[index + 1] as number) / 2;

/** Where a select puts its two values to load one of them. */
export const picks = new Float64Array(${2 * largestSelectCount});
export const integerPicks = new Int32Array(${2 * largestSelectCount});

const signs = new Float64Array([1, -1]);
const bits = new Float64Array(1);
const words = new Int32Array(bits.buffer);
bits[0] = 1;
/** Where the sign and the exponent of a float64 stand: 1 on a little-endian machine. */
const highWord = words[0] === 0 ? 1 : 0;

/** ⌊log2 |x|⌋ of a normal x. */
export function exponent(x: number): number {
  bits[0] = x;
  return (((words[highWord] as number) >>> 20) & 2047) - 1023;
}

/** a × 2^n, rounded once, for an integer n between ±2044. */
export function scale(a: number, n: number): number {
  const half = n >> 1;
  return a * (powersOfTwo[(half + 1023) & 2047] as number) * (powersOfTwo[(n - half + 1023) & 2047] as number);
}

/** |a| with the sign bit of b. */
export function copysign(a: number, b: number): number {
  bits[0] = b;
  return abs(a) * (signs[(words[highWord] as number) >>> 31] as number);
}

/** The nearest integer, ties to even, with the sign of x. */
export function nearest(x: number): number {
  if (!(abs(x) < 4503599627370496)) return x;
  const rounded = x < 0 ? x - 4503599627370496 + 4503599627370496 : x + 4503599627370496 - 4503599627370496;
  return rounded === 0 ? x * 0 : rounded;
}

/** base^power of 32-bit integers, modulo 2^32; what is below 1 is 0. By squaring: each step is exact. */
export function powOfIntegers(base: number, power: number): number {
  if (power < 0) return base === 1 ? 1 : base === -1 ? 1 - 2 * (power & 1) : 0;
  let result = 1;
  let square = base;
  for (let rest = power; rest !== 0; rest >>>= 1) {
    if ((rest & 1) !== 0) result = imul(result, square);
    square = imul(square, square);
  }
  return result;
}`;
