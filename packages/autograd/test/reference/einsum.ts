import { at, build, type Plain, positions, promoted, Unsupported } from "./plain.js";

/** Letters for the dims of an ellipsis, the last dim first: they broadcast aligned at the right. */
const greek = "αβγδεζ";

/** The letters of a term for an operand of so many dims. */
const spelled = (term: string, ndim: number): string =>
  term.replace("...", [...greek.slice(0, ndim - term.replace("...", "").length)].reverse().join(""));

/** The equation with one letter for each dim, and what is left: without an arrow what stands once, ellipses first. */
function writtenOut(equation: string, operands: readonly Plain[]): { terms: string[]; output: string } {
  const [inputs, output] = equation.replaceAll(" ", "").split("->") as [string, string | undefined];
  const terms = inputs.split(",").map((term, i) => spelled(term, operands[i]!.shape.length));
  const letters = terms.join("");
  const dots = [...greek]
    .filter((letter) => letters.includes(letter))
    .reverse()
    .join("");
  const once = [...letters].filter((letter) => letters.split(letter).length === 2 && !greek.includes(letter)).sort();
  return { terms, output: output === undefined ? dots + once.join("") : output.replace("...", dots) };
}

/** Σ over every value of every letter; a dim of extent 1 is read at 0 wherever its letter stands. */
export function sumOfProducts(equation: string, ...operands: readonly Plain[]): Plain {
  const { terms, output } = writtenOut(equation, operands);
  const extents = new Map<string, number>();
  terms.forEach((term, i) => {
    [...term].forEach((letter, d) => {
      if ((extents.get(letter) ?? 1) === 1) extents.set(letter, operands[i]!.shape[d]!);
    });
  });
  const extentOf = (letter: string): number => extents.get(letter)!;
  const summed = [...extents.keys()].filter((letter) => !output.includes(letter));
  const common = promoted(operands);
  if (common === "bool" && operands.length > 1) throw new Unsupported(common);
  const dtype = common === "bool" && summed.length > 0 ? "int32" : common;
  return build([...output].map(extentOf), dtype, (outer) => {
    let sum = 0;
    for (const inner of positions(summed.map(extentOf))) {
      const place = new Map([...output, ...summed].map((letter, i) => [letter, [...outer, ...inner][i]!]));
      sum += terms.reduce((product, term, i) => {
        const position = [...term].map((letter, d) => (operands[i]!.shape[d] === 1 ? 0 : place.get(letter)!));
        return product * at(operands[i]!, position);
      }, 1);
    }
    return sum;
  });
}

export const einsumReferences = { einsum: sumOfProducts };
