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
  let rest = checked(draw(total), total);
  const chosen = choices.find(([, weight]) => {
    rest -= weight;
    return rest < 0;
  });
  if (chosen === undefined) {
    throw new RangeError("nothing to choose from");
  }
  return chosen[0];
}

/** True in `percent` of a hundred draws. */
export function chance(draw: Draw, percent: number): boolean {
  return checked(draw(100), 100) < percent;
}

function checked(drawn: number, n: number): number {
  if (Number.isInteger(drawn) && drawn >= 0 && drawn < n) {
    return drawn;
  }
  throw new GrammarError("the source of randomness gave a number out of range", {
    got: `draw(${n}) = ${drawn}`,
    hint: "draw(n) must be an integer from 0 to n - 1",
  });
}
