// Compiles packages/autograd/assembly (AssemblyScript) to WebAssembly and writes it, as text, into a *.generated.ts:
// no file to fetch at run time, in Node or in a page. Nothing is done where neither source nor compiler has changed.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./workspace.mjs";

const folder = join(root, "packages", "autograd", "assembly");
const generated = join(root, "packages", "autograd", "src", "targets", "wasm", "module.generated.ts");

const flags = [
  "-O3",
  "--noAssert",
  "--enable",
  "simd",
  // The kernels allocate nothing: the host lays out the one memory and hands over addresses.
  ...["--runtime", "stub", "--importMemory", "--maximumMemory", "65536"],
];

/**
 * Where the import of the memory says that it has a maximum. With a 3 in place of the 1 the very same module takes a
 * memory that threads share.
 */
function placeOfMemoryFlags(binary) {
  const binding = Buffer.from("\x03env\x06memory\x02\x01", "latin1");
  return Buffer.from(binary).indexOf(binding) + binding.length - 1;
}

const sources = readdirSync(folder).filter((name) => name.endsWith(".ts"));

function fingerprint() {
  const hash = createHash("sha256").update(flags.join(" "));
  const compiler = join(root, "node_modules", "assemblyscript", "package.json");
  for (const file of [compiler, ...sources.map((name) => join(folder, name))]) {
    hash.update(`\n${file.slice(root.length)}\n`).update(readFileSync(file));
  }
  return hash.digest("hex");
}

async function compile() {
  const { default: asc } = await import("assemblyscript/asc");
  let binary;
  const { error, stderr } = await asc.main(["index.ts", "--baseDir", folder, "--outFile", "module.wasm", ...flags], {
    writeFile: (_, contents) => {
      binary = contents;
    },
  });
  if (error === null) return binary;
  process.stderr.write(stderr.toString());
  return null;
}

const mark = `// Compiled from packages/autograd/assembly, ${fingerprint()}.\n`;
if (!existsSync(generated) || !readFileSync(generated, "utf8").startsWith(mark)) {
  const binary = await compile();
  if (binary === null) process.exitCode = 1;
  else {
    const text = Buffer.from(binary).toString("base64");
    mkdirSync(dirname(generated), { recursive: true });
    writeFileSync(
      generated,
      [
        mark,
        "/** The WebAssembly module, in base64. */",
        `export const module =\n  "${text}";\n`,
        "/** The place of the byte that says which memory it takes: 1 one of its own, 3 one that threads share. */",
        `export const memoryFlags = ${placeOfMemoryFlags(binary)};\n`,
      ].join("\n"),
    );
  }
}
