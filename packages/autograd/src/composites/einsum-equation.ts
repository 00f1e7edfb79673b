import { ShapeError, ValueError } from "../errors.js";
import { format, type Shape } from "../shape.js";
import { show } from "../show.js";

/** A letter, or a dim of an ellipsis: ".0" is the last of them. */
export type Label = string;

/** An equation of {@link einsum} beside the operands it was read for. */
export interface Equation {
  /** A label for each dim of each operand. */
  readonly terms: readonly (readonly Label[])[];
  readonly output: readonly Label[];
  /** What a label stands for; dims of extent 1 stretch to it. */
  readonly extents: ReadonlyMap<Label, number>;
}

const malformed = (problem: string, equation: unknown): ValueError =>
  new ValueError(`einsum: ${problem}`, {
    got: show(equation),
    hint: 'letters for dims, commas between operands, "..." for the rest: "bij,bjk->bik"',
  });

/** The labels of an ellipsis that stands for so many dims. */
const dots = (count: number): Label[] => Array.from({ length: count }, (_, d) => `.${count - 1 - d}`);

/** What stands before and behind the ellipsis of a term; one part where it has none. */
function partsOf(term: string, equation: string): readonly string[] {
  const parts = term.split("...");
  if (parts.length > 2 || parts.some((part) => part.includes("."))) {
    throw malformed("an ellipsis is three dots, one in a term", equation);
  }
  return parts;
}

/** The labels of a term, `dims` in all where it has an ellipsis. */
function labelsOf([before = "", behind]: readonly string[], dims: number): readonly Label[] {
  if (behind === undefined) return [...before];
  return [...before, ...dots(dims - before.length - behind.length), ...behind];
}

function termLabels(term: string, equation: string, operand: number, shape: Shape): readonly Label[] {
  const parts = partsOf(term, equation);
  const named = parts.join("").length;
  if (parts.length === 1 ? named !== shape.length : named > shape.length) {
    throw new ShapeError(
      `einsum: the term of operand ${operand} names ${named} dims, the operand has ${shape.length}`,
      {
        got: `${equation} for ${format(shape)}`,
        hint: 'one letter a dim; "..." stands for any number of them',
      },
    );
  }
  return labelsOf(parts, shape.length);
}

function extentsOf(equation: string, terms: readonly (readonly Label[])[], shapes: readonly Shape[]) {
  const extents = new Map<Label, number>();
  terms.forEach((labels, operand) => {
    labels.forEach((label, dim) => {
      const extent = shapes[operand]![dim]!;
      const own = shapes[operand]![labels.indexOf(label)]!;
      const common = extents.get(label) ?? 1;
      if (extent !== own || (extent !== common && extent !== 1 && common !== 1)) {
        const name = label.startsWith(".") ? "..." : label;
        throw new ShapeError(`einsum: extents of "${name}" differ, ${extent === own ? common : own} and ${extent}`, {
          got: `${equation} for ${shapes.map(format).join(", ")}`,
          hint: "a letter stands for one extent; between operands 1 stretches",
        });
      }
      if (extent !== 1 || !extents.has(label)) extents.set(label, extent);
    });
  });
  return extents;
}

/** The output without an arrow: the dims of the ellipsis, then the letters that stand once, in alphabetical order. */
function implicitOutput(inputs: string, dims: number): readonly Label[] {
  const letters = [...inputs].filter((letter) => /[A-Za-z]/.test(letter));
  return [...dots(dims), ...letters.filter((letter) => inputs.split(letter).length === 2).sort()];
}

function explicitOutput(equation: string, term: string, dims: number, extents: ReadonlyMap<Label, number>) {
  const parts = partsOf(term, equation);
  const labels = labelsOf(parts, parts.join("").length + dims);
  labels.forEach((label, i) => {
    if (labels.indexOf(label) !== i) throw malformed(`"${label}" stands twice in the output`, equation);
    if (!extents.has(label)) throw malformed(`"${label}" of the output stands in no term`, equation);
  });
  return labels;
}

/**
 * Reads an equation for operands of these shapes.
 * @throws ValueError for an equation that is malformed.
 * @throws ShapeError when it does not fit the shapes.
 */
export function readEquation(equation: string, shapes: readonly Shape[]): Equation {
  if (typeof equation !== "string") throw malformed("the equation is a text", equation);
  const text = equation.replaceAll(" ", "");
  if (!/^[A-Za-z.,]*(->[A-Za-z.]*)?$/.test(text)) {
    throw malformed("the equation has other signs than letters, commas, ellipses and one arrow", equation);
  }
  const [inputs = "", output] = text.split("->");
  const written = inputs.split(",");
  if (written.length !== shapes.length) {
    throw malformed(`${written.length} terms for ${shapes.length} operands`, equation);
  }
  const terms = written.map((term, i) => termLabels(term, equation, i, shapes[i]!));
  const extents = extentsOf(equation, terms, shapes);
  const dims = Math.max(...terms.map((labels) => labels.filter((label) => label.startsWith(".")).length));
  return {
    terms,
    output: output === undefined ? implicitOutput(inputs, dims) : explicitOutput(equation, output, dims, extents),
    extents,
  };
}
