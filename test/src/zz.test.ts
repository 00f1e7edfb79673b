import { expect, test } from "@jest/globals";
import { boom } from "./zz.js";

interface Padding {
  a: number;
}

test("assertion", () => {
  const value: Padding = { a: 1 };
  expect(value.a).toBe(2);
});

test("thrown", () => {
  boom();
});

test("prints", () => {
  console.log("hello");
});

test("async thrown", async () => {
  await Promise.resolve();
  boom();
});
