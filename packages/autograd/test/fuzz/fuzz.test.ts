import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { descriptions, names } from "./calls.js";
import { verdict } from "./verdict.js";

test("2,000 random calls end with a typed error or a right result", () => {
  fc.assert(
    fc.property(descriptions, (description) => {
      expect(verdict(description)).toBe(null);
    }),
    { numRuns: 2000, seed: 1 },
  );
});

test("the whole surface is called", () => {
  expect(names.size).toBeGreaterThan(200);
});
