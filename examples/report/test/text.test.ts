import { expect, test } from "@jest/globals";
import { compareWords } from "../src/difference.js";
import { escapeHtml, escapeJson, formatNumber, formatPercent, formatTick, plural, wordLabel } from "../src/text.js";

test("escaped text cannot be HTML, and has no control characters", () => {
  expect(escapeHtml(`</script><b title="a" class='b'>&amp;\u0000`)).toBe(
    "&lt;/script&gt;&lt;b title=&quot;a&quot; class=&#39;b&#39;&gt;&amp;amp;\ufffd",
  );
});

test("escaped JSON cannot close its element, and reads back as it was", () => {
  const value = { name: "</script><!--", line: "\u2028" };
  expect(escapeJson(value)).not.toMatch(/[<\u2028]/);
  expect(JSON.parse(escapeJson(value))).toEqual(value);
});

test.each([
  [0, "0"],
  [1_184_256, "1,184,256"],
  [1.27449, "1.274"],
  [-0.5, "−0.5"],
  [12_345.678, "12,345.7"],
  [0.0000321, "3.21e−5"],
  [1e21, "1e21"],
  [Number.NaN, "not a number"],
  [Number.NEGATIVE_INFINITY, "−∞"],
])("the number %d is written %s", (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

test("shares, ticks and counts are written for reading", () => {
  expect(formatPercent(0.9134)).toBe("91.3 %");
  expect(formatPercent(Number.NaN)).toBe("not a number");
  expect(formatTick(100_000)).toBe("100,000");
  expect(formatTick(1_000_000_000)).toBe("1e9");
  expect([plural(1, "step"), plural(3000, "step")]).toEqual(["1 step", "3,000 steps"]);
});

test("a token on an axis can be seen, and is not too long", () => {
  expect(wordLabel("")).toBe("∅");
  expect(wordLabel(" the")).toBe("␣the");
  expect(wordLabel("\n")).toBe("↵");
  expect([...wordLabel("Donaudampfschifffahrtsgesellschaft")]).toHaveLength(18);
});

test("texts are compared word by word", () => {
  expect(compareWords("ich gab der  Frau Brot", "ich gab die Frau")).toEqual({
    expected: [
      { words: "ich gab", differs: false },
      { words: "der", differs: true },
      { words: "Frau", differs: false },
      { words: "Brot", differs: true },
    ],
    got: [
      { words: "ich gab", differs: false },
      { words: "die", differs: true },
      { words: "Frau", differs: false },
    ],
  });
  expect(compareWords("", "")).toEqual({ expected: [], got: [] });
});
