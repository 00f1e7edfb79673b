import type { GeneratedFunction } from "../../step.js";
import { sized, unsigned } from "./leb128.js";

const section = (id: number, content: readonly number[]): number[] => [id, ...sized(content)];
const vector = (items: readonly (readonly number[])[]): number[] => [...unsigned(items.length), ...items.flat()];
const name = (text: string): number[] => sized(Array.from(text, (letter) => letter.charCodeAt(0)));

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const I32 = 0x7f;
/** (descriptor, from, to, scratch) → () */
const KERNEL = [0x60, ...sized([I32, I32, I32, I32]), ...sized([])];

/** The pages of 64 KiB that a memory may have to be imported: any number that an address reaches. */
const limits = (shared: boolean): number[] => [shared ? 3 : 1, 0, ...unsigned(65536)];

/**
 * A module in WebAssembly's binary format (core specification 2.0, chapter 5) that exports functions
 * (descriptor, from, to, scratch) → () under their numbers, and imports `env.memory`, shared or not, with a maximum.
 */
export function encodeModule(functions: readonly GeneratedFunction[], shared: boolean): Uint8Array {
  const head = [
    ...HEADER,
    ...section(1, vector([KERNEL])),
    ...section(2, vector([[...name("env"), ...name("memory"), 0x02, ...limits(shared)]])),
    ...section(3, vector(functions.map(() => [0]))),
    ...section(7, vector(functions.map((_, i) => [...name(String(i)), 0x00, ...unsigned(i)]))),
  ];
  const sizes = functions.map(({ body }) => unsigned(body.length));
  const count = unsigned(functions.length);
  const size = functions.reduce((sum, { body }, i) => sum + sizes[i]!.length + body.length, count.length);
  head.push(10, ...unsigned(size), ...count);
  const bytes = new Uint8Array(head.length + size - count.length);
  bytes.set(head);
  let at = head.length;
  for (const [i, { body }] of functions.entries()) {
    bytes.set(sizes[i]!, at);
    bytes.set(body, at + sizes[i]!.length);
    at += sizes[i]!.length + body.length;
  }
  return bytes;
}
