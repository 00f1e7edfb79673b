import type { DType, TypedArray } from "./dtype.js";
import type { Shape } from "./shape.js";

let count = 0;

/** How many storages have been made: those with a smaller number are older than this moment. */
export const storageCount = (): number => count;

/**
 * The memory behind one or more tensors. `version` counts the assignments, so that a backward pass can tell that a
 * value it saved has changed. Whoever needs the elements asks for `array` anew: it may be swapped for another one.
 */
export class Storage {
  /** Storages are numbered as they are made. */
  readonly id = count++;
  version = 0;
  /** True for a gradient the engine handed out: several tensors may share it, so nobody may write to it. */
  frozen = false;
  /** True while the array lies in a target's memory, in which a compiled function writes to it. */
  resident = false;
  constructor(public array: TypedArray) {}
}

/** How a kernel sees a tensor: element (i, j, …) is `storage.array[offset + i * strides[0] + j * strides[1] + …]`. */
export interface Strided {
  readonly storage: Storage;
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
  readonly dtype: DType;
  readonly size: number;
}
