import { describe, expect, test } from "@jest/globals";
import { gradcheck, gradgradcheck } from "../src/testing/index.js";
import { allSamples, differentiable } from "./samples/index.js";
import { floatsOf } from "./samples/sample.js";

describe("an operation has the gradients of differences, and so have its gradients", () => {
  test.each(differentiable)("%s %i", (_, __, { run, inputs }) => {
    expect(gradcheck(run, inputs)).toBe(true);
    expect(gradgradcheck(run, inputs)).toBe(true);
  });
});

test.each(allSamples)("%s %i is recorded if it has a gradient, and only then", (_, __, sample) => {
  const { run, inputs, differentiable } = sample;
  expect(floatsOf(run(...inputs)).some(({ requiresGrad }) => requiresGrad)).toBe(differentiable);
});
