import { afterAll, describe, expect, test } from "@jest/globals";
import { CompileError, setThreads, threadsReady } from "../../src/index.js";
import type { Runnable, Stage } from "../../src/targets/backend.js";
import { machineOrNull } from "../../src/targets/wasm/machine.js";
import { affine, count, failing, fill, step, throughScratch, whose } from "../support/wasm-functions.js";

const machine = machineOrNull()!;
const { memory, executor } = machine;

/** A block of memory, zeroed. */
function block(bytes: number): number {
  const address = memory.allocate(bytes);
  memory.views.bytes.fill(0, address, address + bytes);
  return address;
}

const floats = (address: number, length: number): number[] => Array.from(memory.view("float32", address, length));

afterAll(() => setThreads(1));

describe.each([1, 2, 3])("on %i threads", (threads) => {
  const begin = async (): Promise<void> => {
    setThreads(threads);
    await threadsReady();
    expect(executor.threads.pool?.ready ?? 0).toBe(threads - 1);
  };

  test("stages run in order, each on what the one before has left", async () => {
    await begin();
    const [x, y, z] = [block(4000), block(4000), block(4000)];
    memory.view("float32", x, 1000).set(Array.from({ length: 1000 }, (_, i) => i));
    const seen: number[] = [];
    const stages: Stage[] = [
      { steps: [step(affine(2), [y, x], 1000)] },
      { host: () => seen.push(memory.views.floats[y / 4 + 9]!) },
      { steps: [step(affine(0.5), [z, y], 500), step(affine(3), [z + 2000, y + 2000], 500)] },
      { steps: [step(affine(2), [x, z], 1000, { microseconds: 0.001 })] },
    ];
    const program = executor.load(stages);
    program.run();
    program.run();
    const once = (v: number, i: number): number => 2 * ((2 * v + 1) * (i < 500 ? 0.5 : 3) + 1) + 1;
    expect(floats(x, 1000)).toEqual(Array.from({ length: 1000 }, (_, i) => once(once(i, i), i)));
    expect(seen).toEqual([19, 2 * once(9, 9) + 1]);
    program.dispose();
    for (const address of [x, y, z]) memory.free(address);
  });

  test("all of them take part", async () => {
    await begin();
    const out = block(400);
    const [all, two] = [undefined, 2].map((limit) =>
      executor.load([{ steps: [step(whose, [out, 200_000], 24, { scratchBytes: 64 })] }], { threads: limit }),
    );
    const seen = new Set<number>();
    const workers = (program: Runnable): Set<number> => {
      program.run();
      return new Set(memory.view("int32", out, 24));
    };
    // On a busy machine not in each run.
    for (let i = 0; i < 1000 && seen.size < threads; i++) for (const address of workers(all!)) seen.add(address);
    expect(seen.size).toBe(threads);
    const allowed = new Set([executor.scratch, executor.scratch + executor.scratchBytes]);
    // Once a worker may still believe what was said before.
    workers(two!);
    for (let i = 0; i < 20; i++) for (const address of workers(two!)) expect(allowed).toContain(address);
    for (const program of [all!, two!]) program.dispose();
    memory.free(out);
  });

  test("each task is done once, in runs without number", async () => {
    await begin();
    // Three threads on two cores wait for each other.
    const [runs, tasks] = [threads > 2 ? 2000 : 10_000, 97];
    const counts = block(4 * tasks * 3);
    const program = executor.load([
      { steps: [step(count, [counts, 20], tasks)] },
      { steps: [step(count, [counts + 4 * tasks, 1], tasks), step(count, [counts + 8 * tasks, 3], tasks)] },
      { steps: [step(count, [counts, 1], tasks)] },
    ]);
    for (let i = 0; i < runs; i++) program.run();
    const done = Array.from(memory.view("int32", counts, 3 * tasks));
    expect(done).toEqual(done.map((_, i) => (i < tasks ? 2 * runs : runs)));
    program.dispose();
    memory.free(counts);
  });

  test("each thread has scratch of its own, also when it grows", async () => {
    await begin();
    const out = block(4000);
    for (const scratchBytes of [4, 1000, 100_000]) {
      const program = executor.load([{ steps: [step(throughScratch, [out, scratchBytes], 1000, { scratchBytes })] }]);
      for (let i = 0; i < 100; i++) program.run();
      const wanted = Array.from({ length: 1000 }, (_, k) => k * scratchBytes);
      expect(Array.from(memory.view("int32", out, 1000))).toEqual(wanted);
      program.dispose();
    }
    memory.free(out);
  });

  test("programs take turns, and new ones bring kernels of their own", async () => {
    await begin();
    const [x, y] = [block(4000), block(4000)];
    memory.view("float32", x, 1000).fill(1);
    const first = executor.load([{ steps: [step(affine(2), [y, x], 1000)] }]);
    first.run();
    const used = memory.used;
    const { modulesVersion } = executor;
    for (let i = 0; i < 40; i++) {
      const own = executor.load([
        { steps: [step(affine(i / 4), [x, y], 1000)] },
        { steps: [step(affine(2), [y, x], 1000)] },
      ]);
      first.run();
      expect(floats(y, 1000)).toEqual(new Array(1000).fill(2 * memory.views.floats[x / 4]! + 1));
      const before = memory.views.floats[y / 4]!;
      own.run();
      const after = Math.fround(Math.fround(before * Math.fround(i / 4)) + 1);
      expect(floats(x, 1000)).toEqual(new Array(1000).fill(after));
      own.dispose();
      memory.view("float32", x, 1000).fill(1);
    }
    // One of them had the function that the first program holds.
    expect(memory.used).toBe(used);
    expect(executor.modulesVersion - modulesVersion).toBe(2 * 39);
    first.dispose();
    first.dispose();
    expect(() => first.run()).toThrow(CompileError);
    for (const address of [x, y]) memory.free(address);
  });

  test("memory that has just grown is there for all", async () => {
    await begin();
    const [tasks, size] = [64, 4096];
    const blocks: number[] = [];
    for (let i = 0; i < 40; i++) {
      const out = memory.allocate(tasks * size);
      blocks.push(out);
      const program = executor.load([{ steps: [step(fill, [out, size, i + 1], tasks)] }]);
      program.run();
      expect(memory.views.bytes.subarray(out, out + tasks * size).findIndex((byte) => byte !== i + 1)).toBe(-1);
      program.dispose();
    }
    for (const out of blocks) memory.free(out);
  });

  test("what a host stage throws is thrown; the stages behind it do not run; the next call does", async () => {
    await begin();
    const counts = block(400);
    let left = 3;
    const check = (): void => {
      if (left-- > 0) throw new RangeError("out of range");
    };
    const program = executor.load([
      { steps: [step(count, [counts, 1], 50)] },
      { host: check },
      { steps: [step(count, [counts + 200, 1], 50)] },
    ]);
    for (let i = 0; i < 3; i++) expect(() => program.run()).toThrow(RangeError);
    program.run();
    const done = Array.from(memory.view("int32", counts, 100));
    expect(done).toEqual(done.map((_, i) => (i < 50 ? 4 : 1)));
    program.dispose();
    memory.free(counts);
  });

  test("a kernel that fails is an error of its own, and the threads go on", async () => {
    await begin();
    const counts = block(400);
    const stages: Stage[] = [
      { steps: [step(failing, [77], 100, { microseconds: 10 })] },
      { steps: [step(count, [counts, 1], 100)] },
    ];
    const program = executor.load(stages);
    for (let i = 0; i < 20; i++) {
      expect(() => program.run()).toThrow(CompileError);
      expect(() => program.run()).toThrow("a kernel failed\ngot: failing");
    }
    expect(memory.view("int32", counts, 100).every((x) => x === 0)).toBe(true);
    const sound = executor.load(stages.slice(1));
    sound.run();
    expect(memory.view("int32", counts, 100).every((x) => x === 1)).toBe(true);
    program.dispose();
    sound.dispose();
    memory.free(counts);
  });

  test("a program may be kept to fewer threads", async () => {
    await begin();
    const counts = block(400);
    const program = executor.load([{ steps: [step(count, [counts, 1000], 100)] }], { threads: 1 });
    for (let i = 0; i < 10; i++) program.run();
    expect(memory.view("int32", counts, 100).every((x) => x === 10)).toBe(true);
    program.dispose();
    memory.free(counts);
  });
});

test("a program goes on as the number of threads changes", async () => {
  const out = block(400);
  setThreads(1);
  const program = executor.load([{ steps: [step(whose, [out, 200_000], 24, { scratchBytes: 64 })] }]);
  for (const threads of [1, 3, 1, 2]) {
    setThreads(threads);
    await threadsReady();
    const seen = new Set<number>();
    for (let i = 0; i < 1000 && seen.size < threads; i++) {
      program.run();
      for (const address of memory.view("int32", out, 24)) seen.add(address);
    }
    expect(seen.size).toBe(threads);
  }
  const used = memory.used;
  program.dispose();
  expect(memory.used).toBeLessThan(used);
  memory.free(out);
});

test("a profile has the time of each step, and runs the program", () => {
  const counts = block(800);
  let host = 0;
  const program = executor.load([
    { steps: [step(count, [counts, 1_000_000], 2), step(count, [counts + 400, 1], 100)] },
    { host: () => host++ },
  ]);
  const times = program.profile();
  expect(times.map((stage) => stage.length)).toEqual([2, 1]);
  expect(times[0]![0]!).toBeGreaterThan(10 * times[0]![1]!);
  expect(host).toBe(1);
  const done = Array.from(memory.view("int32", counts, 200));
  expect(done.reduce((x, y) => x + y)).toBe(102);
  program.dispose();
  memory.free(counts);
});
