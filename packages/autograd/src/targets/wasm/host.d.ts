// What the kernels need of their host: in every browser and in Node, but not in the language's own types.

declare namespace WebAssembly {
  class Memory {
    readonly buffer: ArrayBuffer;
    constructor(descriptor: { readonly initial: number; readonly maximum?: number; readonly shared?: boolean });
    grow(pages: number): number;
  }
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    readonly exports: object;
    constructor(module: Module, imports: object);
  }
}

declare function atob(text: string): string;

declare const performance: { now(): number };
