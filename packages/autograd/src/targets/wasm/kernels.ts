import type { GeneratedFunction, Step } from "../step.js";
import type { LinearMemory } from "./memory.js";
import type { Kernel } from "./threads/crew.js";
import { kernelsOf, MODULE_HEAD, type ModuleExports } from "./threads/modules.js";

/** A module around functions that were generated together, which exports each of them, in their order. */
export type Encode = (functions: readonly GeneratedFunction[], shared: boolean) => Uint8Array;

/** A generated module, which all threads have. */
interface GeneratedModule {
  readonly address: number;
  readonly keys: readonly string[];
  readonly numbers: readonly number[];
  holders: number;
}

/** Numbers all kernels, those of the package and those generated for programs, so that threads can name them. */
export class KernelTable {
  readonly #kernels: (Kernel | undefined)[];
  readonly #names = new Map<string, number>();
  readonly #generated = new Map<string, { readonly number: number; readonly module: GeneratedModule }>();
  readonly #modules = new Set<GeneratedModule>();
  #free: number[] = [];
  #version = 0;
  #serial = 0;

  constructor(
    readonly memory: LinearMemory,
    own: object,
    readonly encode: Encode,
  ) {
    this.#kernels = kernelsOf(own as ModuleExports);
    const functions = Object.entries(own).filter(([, exported]) => typeof exported === "function");
    for (const [number, [name]] of functions.entries()) this.#names.set(name, number);
  }

  /** By their numbers. */
  get kernels(): readonly (Kernel | undefined)[] {
    return this.#kernels;
  }

  /** Changes whenever modules come or go. */
  get version(): number {
    return this.#version;
  }

  /** The address of the first generated module, or 0. */
  get first(): number {
    const [first] = this.#modules;
    return first?.address ?? 0;
  }

  /** What a kernel is called, by its number. */
  nameOf(number: number): string {
    for (const [name, own] of this.#names) if (own === number) return name;
    for (const [key, own] of this.#generated) if (own.number === number) return key;
    throw new Error(`no kernel has the number ${number}`);
  }

  /** The number of a step's kernel. A generated one has a number while it is held. */
  numberOf({ kernel }: Step): number {
    const number = typeof kernel === "string" ? this.#names.get(kernel) : this.#generated.get(kernel.key)?.number;
    if (number === undefined) throw new Error(`no kernel ${typeof kernel === "string" ? kernel : kernel.key}`);
    return number;
  }

  /**
   * Compiles those functions that do not exist yet, as one module, and holds all of them.
   * @returns what lets go of them
   */
  hold(functions: readonly GeneratedFunction[]): () => void {
    const missing = new Map(functions.filter(({ key }) => !this.#generated.has(key)).map((f) => [f.key, f]));
    if (missing.size > 0) this.#compile([...missing.values()]);
    const modules = new Set(functions.map(({ key }) => this.#generated.get(key)!.module));
    for (const module of modules) module.holders++;
    return () => {
      for (const module of modules) if (--module.holders === 0) this.#drop(module);
    };
  }

  #compile(functions: readonly GeneratedFunction[]): void {
    const { memory } = this;
    const bytes = this.encode(functions, memory.shared);
    const env = { memory: memory.memory };
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env });
    const address = memory.allocate(4 * (MODULE_HEAD + functions.length) + bytes.length);
    const numbers = kernelsOf(exports as ModuleExports).map((kernel) => {
      const number = this.#free.pop() ?? this.#kernels.length;
      this.#kernels[number] = kernel;
      return number;
    });
    const { words, bytes: all } = memory.views;
    words.set([0, ++this.#serial, bytes.length, numbers.length, ...numbers], address / 4);
    all.set(bytes, address + 4 * (MODULE_HEAD + numbers.length));
    const module: GeneratedModule = { address, keys: functions.map(({ key }) => key), numbers, holders: 0 };
    for (const [i, key] of module.keys.entries()) this.#generated.set(key, { number: numbers[i]!, module });
    this.#modules.add(module);
    this.#link();
  }

  #drop(module: GeneratedModule): void {
    this.#modules.delete(module);
    for (const key of module.keys) this.#generated.delete(key);
    for (const number of module.numbers) this.#kernels[number] = undefined;
    this.#free.push(...module.numbers);
    this.memory.free(module.address);
    this.#link();
  }

  /** Writes into each module where the next one lies. */
  #link(): void {
    const addresses = [...this.#modules].map(({ address }) => address);
    const { words } = this.memory.views;
    for (const [i, address] of addresses.entries()) words[address / 4] = addresses[i + 1] ?? 0;
    this.#version++;
  }
}
