import { describe, expect, test } from "@jest/globals";
import { headMap, meanMap, mostMoved, strongestSources } from "../src/attention-weights.js";
import { attentionSection } from "../src/index.js";
import { alignedWeights, sampleAttention } from "./sample.js";

const example = {
  source: ["she", "bought", "the", "book", "</script>"],
  target: ["sie", "das", "Buch", "gekauft"],
  // [layers 1, heads 2, T 4, S 5]
  weights: [
    [0.8, 0.1, 0.1, 0, 0],
    [0, 0.1, 0.7, 0.2, 0],
    [0, 0, 0.1, 0.9, 0],
    [0, 0.6, 0.2, 0.2, 0],
    [0.4, 0.3, 0.1, 0.1, 0.1],
    [0.1, 0.1, 0.5, 0.2, 0.1],
    [0.1, 0.1, 0.2, 0.5, 0.1],
    [0.2, 0.4, 0.2, 0.2, 0],
  ].flat(),
};

describe("weights", () => {
  test("are read layer by layer, head by head, row by row", () => {
    const twoLayers = { ...example, weights: [...example.weights.map(() => 0), ...example.weights] };
    expect(headMap(twoLayers, 1, 1, 2).at(3, 1)).toBe(0.4);
    expect(meanMap(twoLayers, 1, 2).at(3, 1)).toBeCloseTo(0.5, 12);
  });

  test("have a strongest source word per target word", () => {
    expect(strongestSources(headMap(example, 0, 0, 2)).map(({ source }) => source)).toEqual([0, 2, 3, 1]);
    const nothing = { ...example, weights: example.weights.map(() => Number.NaN) };
    expect(strongestSources(headMap(nothing, 0, 0, 2))).toEqual([]);
  });

  test("tell the word that moved past most others: the German verb", () => {
    const moved = sampleAttention(1, 1).map((pair) => pair.target[mostMoved(pair, meanMap(pair, 0, 1)) ?? -1]);
    expect(moved).toEqual(["gekauft", "lesen", "sieht", "öffnen"]);
  });

  test("tell nothing where the order stays, or only a special token moves", () => {
    const words = ["a", "b", "c", "d"];
    const straight = { source: words, target: words, weights: alignedWeights([0, 1, 2, 3], 4, 1, 1) };
    expect(mostMoved(straight, meanMap(straight, 0, 1))).toBeNull();
    const ended = { ...straight, target: ["b", "c", "d", "<eos>"], weights: alignedWeights([1, 2, 3, 0], 4, 1, 1) };
    expect(mostMoved(ended, meanMap(ended, 0, 1))).toBeNull();
  });
});

describe("section", () => {
  const html = attentionSection("Attention", { examples: [example], heads: 2 }).html("a");

  test("has a cell with its words and weight for every weight", () => {
    expect(html.match(/<title>[^<]* ← [^<]*<\/title><\/rect>/g)).toHaveLength(2 * 4 * 5);
    expect(html).toContain("<title>gekauft ← bought: 60 %</title>");
  });

  test("frames the strongest cell of each row, that of the moved word in its own colour", () => {
    const frames = (color: string) =>
      html
        .split(/(?=<g )/)
        .filter((group) => group.startsWith("<g") && group.includes(`stroke="${color}"`) && group.includes("<rect"));
    const cells = (color: string) =>
      frames(color)
        .join("")
        .match(/<rect /g) ?? [];
    expect(cells("var(--frame)")).toHaveLength(2 * 3);
    expect(cells("var(--mark)")).toHaveLength(2);
    expect(html).toContain("“gekauft” (word 4 of 4) looks most at “bought” (word 2 of 5): 50 % of its attention.");
  });

  test("escapes the words", () => {
    expect(html).not.toContain("</script>");
    expect(html).toContain("&lt;/script&gt;");
  });

  test("says the picture in words", () => {
    expect(html).toContain("<td>gekauft</td><td>bought</td><td>50 %</td>");
    expect(html).toMatch(/aria-label="Head 1\. Strongest source word of each target word: sie ← she 80 %/);
  });

  test("has a panel for each example and layer, and buttons that choose one, the last layer first", () => {
    const section = attentionSection("Attention", { examples: sampleAttention(3, 2), layers: 3, heads: 2 });
    const page = section.html("a");
    expect(page.match(/class="panel"/g)).toHaveLength(4 * 3);
    expect(page).toContain('id="a-layer-2" checked');
    expect(section.style?.("a").match(/display:none/g)).toHaveLength(4 + 3);
  });

  test("points out the words it is told to", () => {
    const page = attentionSection("Attention", { examples: [{ ...example, marked: [0, 1] }], heads: 2 }).html("a");
    expect(page).toContain("“sie” (word 1 of 4)");
    expect(page).toContain("“das” (word 2 of 4)");
    expect(page).not.toContain("“gekauft”");
  });

  test("leaves out weights that are not numbers, and says so", () => {
    const weights = example.weights.map((weight, index) => (index < 5 ? Number.NaN : weight));
    const page = attentionSection("Attention", { examples: [{ ...example, weights }], heads: 2 }).html("a");
    expect(page).toContain("Some weights are not numbers");
    expect(page).not.toMatch(/="[^"]*NaN/);
  });

  test("says that there is nothing where there is nothing", () => {
    for (const examples of [[], [{ source: [], target: ["a"], weights: [] }]]) {
      expect(attentionSection("Attention", { examples, heads: 2 }).html("a")).toContain("there is no map to draw");
    }
  });
});
