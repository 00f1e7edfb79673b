import type { Kernel } from "./crew.js";

// A generated module in memory, as all threads read it. Words: the address of the next one, or 0; a number that no other
// one has had; its length in bytes; how many functions it has; then their numbers; then the bytes.

/** Words in front of the numbers. */
export const MODULE_HEAD = 4;

/** What an instance of a module has. */
export type ModuleExports = Readonly<Record<string, Kernel>>;

/** The functions that a module exports, in its own order: that gives them their numbers. */
export const kernelsOf = (exports: ModuleExports): Kernel[] =>
  Object.values(exports).filter((exported) => typeof exported === "function");
