import { describe, expect, test } from "@jest/globals";
import { gradcheck, gradgradcheck } from "../src/testing/index.js";
import { allSamples } from "./samples/index.js";
import { isRecorded } from "./samples/sample.js";

describe("an operation has the gradients of differences, and so have its gradients", () => {
  test.each(allSamples.filter(([, , sample]) => isRecorded(sample)))("%s %i", (_, __, { run, inputs }) => {
    expect(gradcheck(run, inputs)).toBe(true);
    expect(gradgradcheck(run, inputs)).toBe(true);
  });
});
