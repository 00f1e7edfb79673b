import { afterAll, expect, test } from "@jest/globals";
import { CompileError, nextTurn, onWarning, setThreads, threadsReady } from "../../src/index.js";
import { machineOrNull } from "../../src/targets/wasm/machine.js";
import { IDLE, TICKET } from "../../src/targets/wasm/threads/control.js";
import type { Kernel } from "../../src/targets/wasm/threads/crew.js";
import type { Pool } from "../../src/targets/wasm/threads/pool.js";
import { count, endless, step } from "../support/wasm-functions.js";

const { memory, executor } = machineOrNull()!;

async function pool(threads: number): Promise<Pool> {
  setThreads(threads);
  await threadsReady();
  return executor.threads.pool!;
}

/** A program that adds 1 to a hundred numbers, and whether it has done so `times` times. */
function counter(): { run: () => void; has: (times: number) => boolean } {
  const counts = memory.allocate(400);
  memory.views.words.fill(0, counts / 4, counts / 4 + 100);
  const program = executor.load([{ steps: [step(count, [counts, 100], 100)] }]);
  return { run: () => program.run(), has: (times) => memory.view("int32", counts, 100).every((x) => x === times) };
}

afterAll(() => setThreads(1));

test("workers that end between two calls are not missed", async () => {
  const workers = await pool(3);
  const { run, has } = counter();
  run();
  workers.stop();
  for (let i = 0; i < 100; i++) run();
  expect(has(101)).toBe(true);
});

test("workers leave when there is nothing to do, and others come when there is", async () => {
  setThreads(1);
  const workers = await pool(3);
  Atomics.store(workers.control, IDLE, 1);
  const { run, has } = counter();
  run();
  while (!workers.deserted) await nextTurn();
  // Alone, while others start.
  run();
  await threadsReady();
  expect(executor.threads.pool).not.toBe(workers);
  expect(executor.threads.pool?.ready).toBe(2);
  run();
  expect(has(3)).toBe(true);
});

test("a worker that ends in the middle of a task is an error, and later calls run alone, until threads are set", async () => {
  setThreads(1);
  const workers = await pool(2);
  workers.patience = 5;
  const heard: string[] = [];
  const remove = onWarning((message) => heard.push(message));
  const program = executor.load([{ steps: [step(endless, [], 2, { microseconds: 100 })] }]);
  // On this thread the kernel waits until the worker has taken the other task, and ends the worker.
  const own: Kernel = () => {
    while (Atomics.load(workers.control, TICKET) > 0);
    workers.stop();
  };
  Object.defineProperty(executor, "kernels", {
    value: new Array(executor.kernels.length).fill(own),
    configurable: true,
  });
  expect(() => program.run()).toThrow(CompileError);
  // The accessor of the class again.
  Reflect.deleteProperty(executor, "kernels");
  remove();
  expect(heard).toEqual([expect.stringContaining("a thread was lost")]);
  expect(executor.threads.pool).toBeNull();

  const { run, has } = counter();
  run();
  expect(has(1)).toBe(true);
  expect((await pool(2)).ready).toBe(1);
  run();
  expect(has(2)).toBe(true);
});
