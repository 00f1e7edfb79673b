import { allocate, type TypedArray } from "../../dtype.js";
import type { Storage } from "../../storage.js";
import type { Abilities } from "../abilities.js";
import type { Backend, Block, Runnable, Stage } from "../backend.js";

/** A block of the heap. */
interface HeapBlock extends Block {
  readonly buffer: ArrayBuffer;
}

const none: Abilities = {
  fuses: () => false,
  writesStrided: () => false,
  readsStrided: () => false,
  hasEpilogue: () => false,
};

const nowhere: Block = { address: 0, bytes: 0 };

const blockOf = (bytes: number): HeapBlock => {
  const { buffer } = allocate("float64", Math.ceil(bytes / 8), "compile") as Float64Array<ArrayBuffer>;
  return { address: 0, bytes, buffer };
};

/**
 * Programs in plain TypeScript: values on the JavaScript heap, kernels of the reference, leaves where they always are. It is
 * what runs where WebAssembly is not to be had, and what other backends are held against.
 */
export class HeapBackend implements Backend {
  readonly name = "reference";
  generation = 0;
  #arena: HeapBlock = blockOf(0);

  /** @param abilities of another target, to see what its programs compute */
  constructor(readonly abilities: Abilities = none) {}

  allocate(bytes: number): Block {
    return blockOf(bytes);
  }

  free(): void {}

  arena(bytes: number): Block {
    if (bytes > this.#arena.bytes) {
      this.#arena = blockOf(bytes);
      this.generation++;
    }
    return this.#arena;
  }

  view(block: Block, offset: number, dtype: keyof typeof arrays, size: number): TypedArray {
    return new arrays[dtype]((block as HeapBlock).buffer, offset, size);
  }

  adopt(): void {}

  residence(_: Storage): Block {
    return nowhere;
  }

  abandon(): void {}

  lower(): null {
    return null;
  }

  load(stages: readonly Stage[]): Runnable {
    const hosts = stages.map((stage) => (stage as { host: () => void }).host);
    const timed = (host: () => void): readonly number[] => {
      const start = performance.now();
      host();
      return [performance.now() - start];
    };
    return {
      run: () => {
        for (const host of hosts) host();
      },
      profile: () => hosts.map(timed),
      dispose: () => {},
    };
  }
}

const arrays = { float32: Float32Array, float64: Float64Array, int32: Int32Array, bool: Uint8Array } as const;
