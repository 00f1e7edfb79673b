import { GrammarError } from "./errors.js";

/** A source of randomness: `draw(n)` is an integer in [0, n), each equally likely. */
export type Draw = (n: number) => number;

/** One of the items, each equally likely. */
export function pick<Item>(draw: Draw, items: readonly Item[]): Item {
  return pickWeighted(
    draw,
    items.map((item) => [item, 1]),
  );
}

/** One of the items, as likely as its weight, a positive integer. */
export function pickWeighted<Item>(draw: Draw, choices: readonly (readonly [item: Item, weight: number])[]): Item {
  const total = choices.reduce((sum, [, weight]) => sum + weight, 0);
  const drawn = draw(total);
  let rest = drawn;
  for (const [item, weight] of choices) {
    if (rest < weight) {
      return item;
    }
    rest -= weight;
  }
  throw new GrammarError("the source of randomness gave a number out of range", {
    got: `draw(${total}) = ${drawn}`,
    hint: "draw(n) must be an integer from 0 to n - 1",
  });
}

/** True in `percent` of a hundred draws. */
export function chance(draw: Draw, percent: number): boolean {
  return draw(100) < percent;
}
