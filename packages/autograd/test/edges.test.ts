import { describe, expect, test } from "@jest/globals";
import { TypegradError } from "../src/index.js";
import { plainOf } from "./reference/compare.js";
import { edges } from "./samples/edges.js";
import { tensorsOf } from "./samples/observe.js";

const rounded = (value: number): number => Number(value.toPrecision(12));

/** "float64 [2] 1 2, int32 [] 0", or the first line of a typed error. */
function outcome(run: () => unknown): string {
  try {
    return tensorsOf(run())
      .map(plainOf)
      .map(({ dtype, shape, data }) => [dtype, `[${shape.join(", ")}]`, ...data.map(rounded)].join(" "))
      .join(", ");
  } catch (error) {
    if (error instanceof TypegradError) return error.message.split("\n")[0]!;
    throw error;
  }
}

describe("empty and 0-d operands", () => {
  const rows = Object.entries(edges).flatMap(([name, row]) =>
    row.map(([run, result], i) => [name, i, result, run] as const),
  );
  test.each(rows)("%s %i: %s", (_, __, result, run) => {
    expect(outcome(run)).toBe(result);
  });
});
