import type { DType, TypedArray } from "../../dtype.js";
import type { Storage } from "../../storage.js";
import type { LinearMemory } from "./memory.js";

interface Resident {
  readonly address: number;
  readonly dtype: DType;
  readonly length: number;
  holders: number;
}

function dtypeOf(array: TypedArray): DType {
  if (array instanceof Float32Array) return "float32";
  if (array instanceof Float64Array) return "float64";
  return array instanceof Int32Array ? "int32" : "bool";
}

/**
 * Storages whose arrays lie in WebAssembly's memory: programs read and write them where they are. Who works with one
 * holds it; when nobody does any more, it is back on the heap.
 */
export class Residents {
  readonly #residents = new Map<Storage, Resident>();

  constructor(readonly memory: LinearMemory) {
    memory.onGrowth(() => this.#renew());
  }

  /** How many there are. */
  get count(): number {
    return this.#residents.size;
  }

  /**
   * Moves the storage's array into memory, unless it is there already, and holds it.
   * @returns the address of its first element
   * @throws CompileError where there is no room for it.
   */
  adopt(storage: Storage): number {
    let resident = this.#residents.get(storage);
    if (resident === undefined) {
      const { array } = storage;
      const [dtype, { length }] = [dtypeOf(array), array];
      resident = { address: this.memory.allocate(array.byteLength), dtype, length, holders: 0 };
      const moved = this.memory.view(dtype, resident.address, length);
      moved.set(array);
      this.#residents.set(storage, resident);
      storage.array = moved;
      storage.resident = true;
    }
    resident.holders++;
    return resident.address;
  }

  /** Where the array of a storage that is held lies. */
  addressOf(storage: Storage): number {
    return this.#residents.get(storage)!.address;
  }

  /** Holds the storage no more; the last to do so moves its array back to the heap. */
  release(storage: Storage): void {
    const resident = this.#residents.get(storage);
    if (resident === undefined) throw new Error("the storage is not held");
    if (--resident.holders > 0) return;
    storage.array = storage.array.slice();
    storage.resident = false;
    this.#residents.delete(storage);
    this.memory.free(resident.address);
  }

  /** A memory that is not shared leaves arrays without elements when it grows. */
  #renew(): void {
    if (this.memory.shared) return;
    for (const [storage, { dtype, address, length }] of this.#residents) {
      storage.array = this.memory.view(dtype, address, length);
    }
  }
}
