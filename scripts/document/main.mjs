// pnpm pictures [--check | roofline]: writes the listings in docs/compile.md and the memory plans in docs/pictures, which
// follow from the source alone; with --check says whether they are what they should be. The roofline is measured, and only
// drawn when asked for.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { listings } from "./listings.mjs";
import { memoryPlan } from "./memory-plan.mjs";
import { example, inside, specialize } from "./programs.mjs";
import { roofline } from "./roofline.mjs";

/** So many profiles are taken for the roofline. */
const PROFILES = 20;

const docs = new URL("../../docs/", import.meta.url);
const path = (name) => fileURLToPath(new URL(name, docs));
const { flatten } = await inside("compile/tree");
const { profile } = await inside("compile/profile");
const { workload } = await import(new URL("../../bench/build/workload.js", import.meta.url).href);

/** One update of a workload of the benchmarks. */
function update(size) {
  const { batch, loss: lossOf, optimizer } = workload(size);
  const fn = (given) => {
    const loss = lossOf(given);
    loss.backward();
    optimizer.step();
    optimizer.zeroGrad();
    return loss;
  };
  return { fn, batch };
}

/** The document with its listings, all of them: a comment `listing NAME` stands above the fence of each. */
function documented(text) {
  const found = new Map(Object.entries(listings()));
  const written = text.replace(/(^<!-- listing (\w+) -->\n+```\w+\n)[\s\S]*?(^```$)/gm, (_, head, name, tail) => {
    const listing = found.get(name);
    if (listing === undefined) throw new Error(`docs/compile.md: there is no other listing ${name}`);
    found.delete(name);
    return `${head}${listing}\n${tail}`;
  });
  if (found.size > 0) throw new Error(`docs/compile.md has no place for the listings ${[...found.keys()].join(", ")}`);
  return written;
}

function planOf({ fn, args }, title) {
  return memoryPlan(specialize(fn, args).program.plan, title);
}

/** What follows from the source: the text of each file. */
function files() {
  const { fn, batch } = update("S");
  return new Map([
    ["compile.md", documented(readFileSync(path("compile.md"), "utf8"))],
    ["pictures/memory-small.svg", planOf(example(), "The arena of the example, value by value")],
    ["pictures/memory-gpt.svg", planOf({ fn, args: [batch(0)] }, "The arena of a training step: GPT of size S")],
  ]);
}

/** Several profiles as one, each instruction at its fastest: the machine does other things as well. */
function fastest(specialization) {
  const all = Array.from({ length: PROFILES }, () => specialization.profile().times);
  const times = all[0].map((stage, i) => stage.map((_, k) => Math.min(...all.map((one) => one[i][k]))));
  return profile({ profile: () => ({ program: specialization.program, times }) });
}

function drawRoofline() {
  const { fn, batch } = update("M");
  const args = [batch(0)];
  const specialization = specialize(fn, args);
  specialization.call(flatten(args));
  const found = fastest(specialization);
  console.log(String(found));
  const title = `A training step of a GPT of size M, kernel by kernel: ${found.milliseconds.toFixed(0)} ms on one thread`;
  writeFileSync(path("pictures/roofline.svg"), roofline(found, title));
}

const [mode] = process.argv.slice(2);
if (mode === "roofline") {
  drawRoofline();
} else if (mode === "--check") {
  const old = [...files()].filter(([name, text]) => text !== readFileSync(path(name), "utf8")).map(([name]) => name);
  for (const name of old) console.error(`docs/${name} is not what the compiler says today: run "npm run pictures"`);
  process.exitCode = old.length > 0 ? 1 : 0;
} else if (mode === undefined) {
  mkdirSync(path("pictures"), { recursive: true });
  for (const [name, text] of files()) writeFileSync(path(name), text);
} else {
  console.error("usage: pnpm pictures [--check | roofline]");
  process.exitCode = 2;
}
