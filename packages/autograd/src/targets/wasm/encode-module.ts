import type { GeneratedFunction } from "./step.js";

const unsigned = (value: number): number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...unsigned(Math.floor(value / 128))];

const text = (name: string): number[] => [name.length, ...Array.from(name, (character) => character.charCodeAt(0))];

const vector = (items: readonly (readonly number[])[]): number[] => [...unsigned(items.length), ...items.flat()];

const section = (id: number, contents: readonly number[]): number[] => [id, ...unsigned(contents.length), ...contents];

/** A module around functions (i32, i32, i32, i32) → (), exported in their order under their numbers. */
export function encodeModule(functions: readonly GeneratedFunction[], shared: boolean): Uint8Array {
  const [I32, FUNCTION, MEMORY, PAGES] = [0x7f, 0x60, 2, 65536];
  const kernel = [FUNCTION, ...vector([[I32], [I32], [I32], [I32]]), 0];
  const memory = [...text("env"), ...text("memory"), MEMORY, shared ? 3 : 1, 0, ...unsigned(PAGES)];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector([kernel])),
    ...section(2, vector([memory])),
    ...section(3, vector(functions.map(() => [0]))),
    ...section(7, vector(functions.map((_, i) => [...text(String(i)), 0, ...unsigned(i)]))),
    ...section(10, vector(functions.map(({ body }) => [...unsigned(body.length), ...body]))),
  ]);
}
