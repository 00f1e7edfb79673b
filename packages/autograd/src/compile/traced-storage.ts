import type { DType } from "../dtype.js";
import { CompileError } from "../errors.js";
import { Storage } from "../storage.js";
import { userLine } from "../user-line.js";

const nothing = new Uint8Array(0);

/** The storage of a tensor inside a trace: it has no elements, and says so when somebody asks for them. */
export class TracedStorage extends Storage {
  constructor(
    /** The trace it belongs to, by identity. */
    readonly trace: object,
    readonly dtype: DType,
    readonly size: number,
  ) {
    super(nothing);
    refuseElements(this);
  }
}

/** Makes a storage refuse to give elements that are in a program alone. */
export function refuseElements(storage: Storage): void {
  Object.defineProperty(storage, "array", { get: refuse, set: refuse, configurable: true });
}

function refuse(): never {
  throw new CompileError("compile: a tensor of a trace has no elements", {
    got: `a read${atLine()}`,
    hint: "while a function is compiled, shapes are known and values are not; return the tensor and read it outside; make state before the first call",
  });
}

/** " at file:line:column" of the user's code, where it is known. */
export function atLine(): string {
  const line = userLine();
  return line === null ? "" : ` at ${line}`;
}
