import * as kind from "../kinds.js";
import type { Program } from "./program.js";

/** The bytes that programs may keep in the backend's memory beyond those of the one that runs. */
let limit = 512 * 2 ** 20;

/** Programs with memory, the one used last at the end; and what their owners do when one is dropped. */
const kept = new Map<Program, () => void>();

/**
 * Bounds the memory of compiled functions: beyond what the running one needs, the others may keep so many bytes for their
 * leaves and constants. Those used least recently are dropped first; a call traces them again. Default 512 MiB.
 *
 * @param bytes from 0 up
 * @throws ArgumentError for what is no such number.
 */
export function setMemoryLimit(bytes: number): void {
  kind.checkArgument("setMemoryLimit", "the limit", bytes, kind.amount);
  limit = bytes;
  drop(null, limit);
}

/** Notes that a program is about to run, and drops what is too much beside it. */
export function use(program: Program, forget: () => void): void {
  kept.delete(program);
  kept.set(program, forget);
  if (kept.size > 1) drop(program, limit);
}

/** Drops all programs but the one for which there is no room. Returns whether there were any. */
export function dropOthers(program: Program): boolean {
  const before = kept.size;
  drop(program, -1);
  return kept.size < before;
}

/** The program is gone. */
export function release(program: Program): void {
  kept.delete(program);
  program.unload();
}

/** Drops programs, those used least recently first, until the others keep no more than `most` bytes. */
function drop(running: Program | null, most: number): void {
  let bytes = 0;
  for (const program of kept.keys()) if (program !== running) bytes += program.bytes;
  for (const [program, forget] of kept) {
    if (bytes <= most) return;
    if (program === running) continue;
    bytes -= program.bytes;
    release(program);
    forget();
  }
}
