import { at, build, type Plain, positions, promoted, Unsupported } from "./plain.js";

/**
 * Σ over every value of every letter. The equation is written out: one letter a dim, and an arrow. A dim of extent 1 is
 * read at 0 wherever its letter stands.
 */
export function sumOfProducts(equation: string, ...operands: readonly Plain[]): Plain {
  const [inputs, output] = equation.replaceAll(" ", "").split("->") as [string, string];
  const terms = inputs.split(",");
  const extents = new Map<string, number>();
  terms.forEach((term, i) => {
    [...term].forEach((letter, d) => {
      if ((extents.get(letter) ?? 1) === 1) extents.set(letter, operands[i]!.shape[d]!);
    });
  });
  const extentOf = (letter: string): number => extents.get(letter)!;
  const summed = [...extents.keys()].filter((letter) => !output.includes(letter));
  const shape = [...output].map(extentOf);
  const dtype = promoted(operands);
  if (dtype === "bool" && operands.length > 1) throw new Unsupported(dtype);
  return build(shape, dtype, (outer) => {
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
