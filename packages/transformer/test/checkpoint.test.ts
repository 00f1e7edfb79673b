import { expect, test } from "@jest/globals";
import { measure } from "./checkpoint/measure.js";

test("an encoder of six checkpointed layers keeps less than half, and has the same gradients to the bit", () => {
  const { without, checkpointed } = measure({ batch: 2, length: 11, dModel: 24, numHeads: 3 });
  expect(checkpointed.bits).toEqual(without.bits);
  expect([checkpointed.heldBytes, without.heldBytes]).toEqual([0, 0]);
  expect(checkpointed.peakBytes).toBeLessThan(without.peakBytes / 2);
});
