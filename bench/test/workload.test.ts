import { expect, test } from "@jest/globals";
import { noGrad } from "@typegrad/autograd";
import { fingerprint } from "../hash.js";
import { updateOf } from "../train.js";
import { type Size, workload } from "../workload.js";

/** What PyTorch 2.13 gives for the same weights and batches, float32, one thread: the loss before each update. */
const pytorch: Readonly<Record<Size, readonly number[]>> = {
  S: [4.2231, 3.84973, 3.648, 3.486, 3.33966, 3.28363, 3.21207, 3.0741, 2.99497, 2.92496],
  M: [4.2097],
  L: [4.20664],
  C: [9.00102],
};

test.each(["M", "C"] as const)("%s begins with PyTorch's loss", (size) => {
  const work = workload(size);
  const loss = noGrad(() => work.loss(work.batch(0))).item();
  expect(Math.abs(loss - pytorch[size][0]!)).toBeLessThan(1e-5);
});

test.each([true, false])("S goes through PyTorch's first ten losses, eager: %s", (eager) => {
  const work = workload("S");
  const step = updateOf(work, eager);
  const differences = pytorch.S.map((loss, i) => Math.abs(step(work.batch(i)).item() - loss));
  expect(differences[0]).toBeLessThan(1e-5);
  expect(Math.max(...differences)).toBeLessThan(6e-4);
});

test.each([
  ["", "cbf29ce484222325"],
  ["a", "af63dc4c8601ec8c"],
  ["foobar", "85944171f73967e8"],
])("the fingerprint of %j is FNV-1a's", (text, hash) => {
  const bytes = new TextEncoder().encode(text);
  expect(fingerprint([bytes])).toBe(hash);
  expect(fingerprint([bytes.subarray(0, 2), bytes.subarray(2)])).toBe(hash);
});
