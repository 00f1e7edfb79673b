import { describe, expect, test } from "@jest/globals";
import { CompileError, Generator, matmul, randint, randn } from "../../src/index.js";
import { Storage } from "../../src/storage.js";
import { Allocator } from "../../src/targets/wasm/allocator.js";
import { machineOrNull } from "../../src/targets/wasm/machine.js";
import { LinearMemory } from "../../src/targets/wasm/memory.js";
import { Residents } from "../../src/targets/wasm/residents.js";

const PAGE = 65536;

/** The parts of the host that the language's own types lack. */
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    Memory: new (descriptor: object) => { readonly buffer: ArrayBuffer; grow(pages: number): number };
  };
};

const makeMemory = (shared: boolean, maximum = 64): LinearMemory =>
  new LinearMemory(new WebAssembly.Memory({ initial: 1, maximum, shared }), 100, shared);

/** Integers below each of the bounds, the same ones at each run. */
function draws(count: number, seed: number): Int32Array {
  return randint(0, 2 ** 30, [count], { generator: new Generator(seed) }).data as Int32Array;
}

describe("the allocator", () => {
  test("hands out blocks that do not overlap, and finds all room again, whatever the order", () => {
    const [start, end] = [100, 100_000];
    const allocator = new Allocator(start, end);
    const blocks: { address: number; bytes: number }[] = [];
    let refused = 0;
    const numbers = draws(30_000, 7);
    for (let i = 0; i + 2 < numbers.length; i += 3) {
      const [choice, size, which] = numbers.subarray(i, i + 3) as unknown as [number, number, number];
      if (choice % 9 < 5) {
        const bytes = size % (choice % 11 === 0 ? 9000 : 700);
        const address = allocator.allocate(bytes);
        if (address === null) refused++;
        else blocks.push({ address, bytes: Math.max(64, Math.ceil(bytes / 64) * 64) });
      } else if (blocks.length > 0) allocator.free(blocks.splice(which % blocks.length, 1)[0]!.address);
      const ordered = [...blocks].sort((x, y) => x.address - y.address);
      for (const [k, { address, bytes }] of ordered.entries()) {
        const limit = ordered[k + 1]?.address ?? end;
        if (address % 64 !== 0 || address < start || address + bytes > limit)
          throw new Error(`block ${address} overlaps`);
      }
      expect(allocator.used).toBe(blocks.reduce((sum, { bytes }) => sum + bytes, 0));
    }
    expect(refused).toBeGreaterThan(100);
    for (const { address } of blocks) allocator.free(address);
    expect(allocator.used).toBe(0);
    // One hole again, from the first multiple of 64 to the last.
    expect(allocator.allocate(99_968 - 128)).toBe(128);
    expect(allocator.allocate(1)).toBeNull();
  });

  test("takes the smallest hole that is large enough", () => {
    const allocator = new Allocator(0, 64 * 10);
    const [a, , c, , e] = [2, 1, 1, 1, 3].map((lines) => allocator.allocate(64 * lines)!);
    for (const block of [a!, c!, e!]) allocator.free(block);
    expect(allocator.allocate(64)).toBe(c);
    expect(allocator.allocate(128)).toBe(a);
    expect(allocator.missing(64 * 6)).toBe(64);
    allocator.extend(64 * 11);
    expect(allocator.allocate(64 * 6)).toBe(e);
  });

  test("frees nothing twice", () => {
    const allocator = new Allocator(0, 6400);
    const block = allocator.allocate(10)!;
    allocator.free(block);
    expect(() => allocator.free(block)).toThrow("no block starts");
  });
});

describe.each([
  ["a memory that is shared", true],
  ["a memory of its own", false],
])("%s", (_, shared) => {
  test("grows when it has to, and says so", () => {
    const memory = makeMemory(shared);
    let grown = 0;
    memory.onGrowth(() => grown++);
    const first = memory.allocate(1000);
    memory.view("float64", first, 3).set([1, 2, 3]);
    expect(grown).toBe(0);
    const second = memory.allocate(20 * PAGE);
    expect(grown).toBe(1);
    expect(memory.buffer.byteLength).toBeGreaterThanOrEqual(second + 20 * PAGE);
    expect(Array.from(memory.view("float64", first, 3))).toEqual([1, 2, 3]);
    expect(memory.views.doubles[first / 8 + 1]).toBe(2);
    expect(memory.views.bytes.length).toBe(memory.buffer.byteLength);
  });

  test("that is full says how much was asked for and how much is in use; what is in it stays", () => {
    const memory = makeMemory(shared);
    const block = memory.allocate(30 * PAGE);
    const arena = memory.arena(2 * PAGE);
    memory.views.bytes[block] = 7;
    const used = memory.used;
    const { byteLength } = memory.buffer;
    for (const ask of [() => memory.allocate(40 * PAGE), () => memory.arena(40 * PAGE)])
      expect(ask).toThrow(CompileError);
    expect(() => memory.allocate(40 * PAGE)).toThrow(
      `got: ${40 * PAGE} bytes asked for; ${used} of ${byteLength} are in use`,
    );
    expect([memory.used, memory.arenaAddress, memory.views.bytes[block]]).toEqual([used, arena, 7]);
    // Exactly what is left, though not a growth as generous as usual.
    expect(memory.allocate(31 * PAGE)).toBeGreaterThan(block);
  });

  test("has one arena, which grows in its place where that is free", () => {
    const memory = makeMemory(shared);
    const small = memory.arena(100);
    expect(memory.arena(64)).toBe(small);
    expect(memory.arena(2 * PAGE)).toBe(small);
    expect(memory.arenaAddress).toBe(small);
    const behind = memory.allocate(64);
    const moved = memory.arena(3 * PAGE);
    expect(moved).toBeGreaterThan(behind);
    expect(memory.used).toBe(64 + 3 * PAGE);
  });

  test("takes in the arrays of storages as long as somebody holds them", () => {
    const memory = makeMemory(shared);
    const residents = new Residents(memory);
    const arrays = [
      Float32Array.of(1.5, 2),
      Float64Array.of(Math.PI, 4, 5),
      Int32Array.of(-7),
      Uint8Array.of(1, 0, 1, 1, 0),
      new Float32Array(0),
    ];
    const wanted = arrays.map((array) => Array.from(array));
    const storages = arrays.map((array) => new Storage(array));
    const values = () => storages.map(({ array }) => Array.from(array));
    const addresses = storages.map((storage) => residents.adopt(storage));
    expect(storages.map((storage) => residents.adopt(storage))).toEqual(addresses);
    expect(new Set(addresses).size).toBe(5);
    expect(values()).toEqual(wanted);
    expect(storages.map(({ array }) => [array.constructor, array.byteOffset])).toEqual(
      arrays.map((array, i) => [array.constructor, addresses[i]]),
    );
    // What is written to memory is what the storage holds, after the memory has grown too.
    memory.allocate(20 * PAGE);
    memory.views.floats[addresses[0]! / 4] = 9;
    wanted[0] = [9, 2];
    expect(values()).toEqual(wanted);

    for (const storage of storages) residents.release(storage);
    expect(residents.count).toBe(5);
    for (const storage of storages) residents.release(storage);
    expect(residents.count).toBe(0);
    expect(memory.used).toBe(20 * PAGE);
    expect(values()).toEqual(wanted);
    for (const { array } of storages) expect(array.buffer).not.toBe(memory.buffer);
    expect(() => residents.release(storages[0]!)).toThrow("not held");
  });
});

test("eager operations leave nothing behind in memory", () => {
  const memory = machineOrNull()!.memory;
  const x = randn([64, 64]);
  matmul(x, x);
  const used = memory.used;
  for (let i = 0; i < 10; i++) matmul(x, x);
  expect(memory.used).toBe(used);
});
