// The listings of docs/compile.md, by name: what the compiler says of the functions in programs.mjs today.

import { compile } from "../../packages/autograd/build/src/index.js";
import { example, inside, passExamples, specialize } from "./programs.mjs";

const { listing } = await inside("compile/listing");
const { passes } = await inside("compile/passes/index");
const { abilities } = await inside("targets/wasm/abilities");

/** What a pass changes in a graph that all passes before it have seen: lines that go, and lines that come. */
function changes(name, { fn, args }) {
  let graph = specialize(fn, args).traced;
  for (const pass of passes) {
    const next = pass(graph, abilities);
    if (pass.name === name) return difference(linesOf(graph), linesOf(next)).join("\n");
    graph = next;
  }
  throw new Error(`there is no pass ${name}`);
}

/** Instructions, stores and results: what is there from the beginning can be told from them. */
const linesOf = (graph) =>
  listing(graph)
    .split("\n")
    .filter((line) => !/^%\d+ \w+ \[/.test(line))
    .map((line) => line.replaceAll(/; dtype float32|; hasMask false; hasBias false|scale [\d.]+; /g, ""));

/** The lines of both lists in order, marked where only one has them; the longest list of common lines stays unmarked. */
function difference(before, now) {
  const common = before.map(() => now.map(() => 0));
  const length = (i, j) => common[i]?.[j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      common[i][j] = before[i] === now[j] ? 1 + length(i + 1, j + 1) : Math.max(length(i + 1, j), length(i, j + 1));
    }
  }
  const lines = [];
  for (let [i, j] = [0, 0]; i < before.length || j < now.length; ) {
    if (i < before.length && before[i] === now[j]) lines.push(`  ${now[j++]}`) && i++;
    else if (j === now.length || (i < before.length && length(i + 1, j) >= length(i, j + 1)))
      lines.push(`- ${before[i++]}`);
    else lines.push(`+ ${now[j++]}`);
  }
  return lines;
}

/** All listings. */
export function listings() {
  const { fn, args } = example();
  const step = compile(fn);
  step(...args);
  const found = { trace: listing(specialize(fn, args).traced), explain: step.explain() };
  for (const [name, own] of Object.entries(passExamples())) found[name] = changes(name, own);
  return found;
}
