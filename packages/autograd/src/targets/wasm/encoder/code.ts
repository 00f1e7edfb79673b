import { type InstructionName, instructions } from "./instructions.js";
import { signed, unsigned } from "./leb128.js";

const types = { i32: 0x7f, v128: 0x7b };
const NO_RESULT = 0x40;

export type LocalType = keyof typeof types;

/** The body of a function as it is written: locals and instructions. */
export class Code {
  readonly #bytes: number[] = [];
  readonly #locals: LocalType[] = [];

  constructor(readonly parameters: number) {}

  /** A new local, 0 at first; parameters have the numbers before. */
  local(type: LocalType): number {
    this.#locals.push(type);
    return this.parameters + this.#locals.length - 1;
  }

  /** An instruction with its immediate operands, integers ≥ 0. */
  emit(name: InstructionName, ...immediates: readonly number[]): this {
    for (const byte of instructions[name]) this.#bytes.push(byte);
    for (const immediate of immediates) this.#unsigned(immediate);
    return this;
  }

  /** Nearly all are below 128, and one byte. */
  #unsigned(value: number): void {
    if (value < 128) this.#bytes.push(value);
    else this.#bytes.push(...unsigned(value));
  }

  get(local: number): this {
    return this.emit("local.get", local);
  }

  set(local: number): this {
    return this.emit("local.set", local);
  }

  integer(value: number): this {
    this.emit("i32.const");
    this.#bytes.push(...signed(value));
    return this;
  }

  /** The same 32 bits in each of four lanes. */
  lanes(bits: number): this {
    this.emit("v128.const");
    for (let i = 0; i < 16; i++) this.#bytes.push((bits >>> (8 * (i % 4))) & 255);
    return this;
  }

  /** A load or store at the address on the stack plus `offset`; no alignment is promised. */
  memory(name: InstructionName, offset: number, ...lane: readonly number[]): this {
    return this.emit(name, 0, offset, ...lane);
  }

  /** local += what `value` puts on the stack. */
  advance(local: number, value: () => void): this {
    this.get(local);
    value();
    return this.emit("i32.add").set(local);
  }

  /** Where the condition on the stack holds. */
  when(body: () => void): this {
    this.emit("if", NO_RESULT);
    body();
    return this.emit("end");
  }

  /** `body`, which leaves on the stack whether it is to be done again. */
  repeat(body: () => void): this {
    this.emit("loop", NO_RESULT);
    body();
    return this.emit("br_if", 0).emit("end");
  }

  /** What the code section holds of the function, without its size: runs of locals of one type, instructions, end. */
  finish(): Uint8Array {
    const runs: { type: LocalType; count: number }[] = [];
    for (const type of this.#locals) {
      const last = runs.at(-1);
      if (last?.type === type) last.count++;
      else runs.push({ type, count: 1 });
    }
    const locals = runs.flatMap(({ type, count }) => [...unsigned(count), types[type]]);
    return Uint8Array.from([...unsigned(runs.length), ...locals, ...this.#bytes, ...instructions.end]);
  }
}
