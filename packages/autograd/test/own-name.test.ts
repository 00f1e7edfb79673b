import { describe, expect, test } from "@jest/globals";
import * as tg from "../src/index.js";
import { errorOf } from "./samples/error.js";
import { allSamples, ownCalls } from "./samples/index.js";
import { operationSamples } from "./samples/operations.js";
import { ids } from "./samples/sample.js";

const a = tg.ones([2, 3]);

/** Operations with dims, called with one that does not exist. */
const beyond: Readonly<Record<string, (dim: number) => unknown>> = {
  sum: (dim) => a.sum(dim),
  mean: (dim) => a.mean(dim),
  prod: (dim) => a.prod(dim),
  amax: (dim) => a.amax(dim),
  amin: (dim) => a.amin(dim),
  var: (dim) => a.var(dim),
  std: (dim) => a.std(dim),
  logsumexp: (dim) => a.logsumexp(dim),
  norm: (dim) => a.norm({ dim }),
  argmax: (dim) => a.argmax(dim),
  argmin: (dim) => a.argmin(dim),
  max: (dim) => a.max(dim),
  min: (dim) => a.min(dim),
  any: (dim) => a.any(dim),
  all: (dim) => a.all(dim),
  cumsum: (dim) => a.cumsum(dim),
  sort: (dim) => a.sort(dim),
  topk: (dim) => a.topk(1, { dim }),
  transpose: (dim) => a.transpose(dim, 0),
  permute: (dim) => a.permute([0, dim]),
  squeeze: (dim) => a.squeeze(dim),
  flatten: (dim) => a.flatten(0, dim),
  split: (dim) => a.split(1, dim),
  chunk: (dim) => a.chunk(1, dim),
  slice: (dim) => a.slice(dim),
  select: (dim) => a.select(dim, 0),
  flip: (dim) => a.flip(dim),
  roll: (dim) => a.roll(1, dim),
  cat: (dim) => tg.cat([a, a], dim),
  indexSelect: (dim) => a.indexSelect(dim, ids(0)),
  gather: (dim) => a.gather(dim, ids(0).reshape([1, 1])),
  scatterAdd: (dim) => a.scatterAdd(dim, ids(0).reshape([1, 1]), a),
  indexCopy: (dim) => a.indexCopy(dim, ids(0), a),
  softmax: (dim) => a.softmax(dim),
  logSoftmax: (dim) => a.logSoftmax(dim),
};

describe("a dim that does not exist is refused in the operation's own name", () => {
  test.each(Object.entries(beyond))("%s", (name, run) => {
    for (const dim of [2, -3, 0.5, Number.NaN]) {
      expect(errorOf(() => run(dim)).message).toContain(
        `${name}: dim out of range for a tensor of 2 dims\ngot: ${dim}`,
      );
    }
  });

  test.each([
    ["unsqueeze", (dim: number) => a.unsqueeze(dim)],
    ["stack", (dim: number) => tg.stack([a, a], dim)],
  ])("%s", (name, run) => {
    for (const dim of [3, -4]) {
      expect(errorOf(() => run(dim)).message).toContain(`${name}: dim out of range for a tensor of 3 dims`);
    }
  });
});

test("an option that does not exist is refused in the operation's own name", () => {
  const rows = allSamples.filter(([name]) => name in tg);
  const calls = rows.flatMap(([name, , sample]) => ownCalls(name, sample)).filter(({ args }) => isOptions(args.at(-1)));
  expect(calls.length).toBeGreaterThan(40);
  for (const { name, run, args } of calls) {
    const options = { ...(args.at(-1) as object), unheard: 1 };
    const { message } = errorOf(() => run(...args.slice(0, -1), options));
    const [problem, got, hint] = message.split("\n");
    expect(problem).toBe(`${name}: unknown option "unheard"`);
    expect(got).toMatch(/unheard/);
    expect(hint).toMatch(/^hint: known options: \w/);
  }
});

/** The arguments with one of them, an element of a list or the value of an option replaced: every way there is. */
function spoiled(args: readonly unknown[], by: unknown): unknown[][] {
  const replaced = (list: readonly unknown[], i: number, item: unknown) => list.map((own, k) => (k === i ? item : own));
  return args.flatMap((arg, i) => {
    const whole = [replaced(args, i, by)];
    if (Array.isArray(arg)) return [...whole, ...arg.map((_, k) => replaced(args, i, replaced(arg, k, by)))];
    if (!isOptions(arg)) return whole;
    const keys = Object.keys(arg as object);
    return [...whole, ...keys.map((key) => replaced(args, i, { ...(arg as object), [key]: by }))];
  });
}

describe("an argument or option of the wrong kind is refused in the operation's own name", () => {
  test.each(Object.keys(operationSamples))("%s", (name) => {
    const samples = operationSamples[name as keyof typeof operationSamples];
    for (const { run, args } of samples.flatMap((sample) => ownCalls(name, sample))) {
      for (const wrong of spoiled(args, "no such thing")) {
        const error = errorOf(() => run(...wrong));
        expect(error).toBeInstanceOf(tg.TypegradError);
        // The operation, then what is wrong in words, none of them missing.
        expect(error.message.startsWith(`${name}: `)).toBe(true);
        expect(error.message).not.toMatch(/^\w+: (must|, )| {2}/);
      }
    }
  });
});

function isOptions(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
