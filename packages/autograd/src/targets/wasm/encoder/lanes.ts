import { type ElementaryName, elementaryRows } from "../../../scalar/elementary.js";
import { BIAS, TO_EXPONENT } from "../../../scalar/exponent-bits.js";
import type { Scalar, ScalarKind, ScalarOp } from "../../../scalar/expression.js";
import { SMALLEST_NORMAL } from "../../../scalar/smallest-normal.js";
import { floatBits } from "../lower/float-bits.js";
import type { InstructionName } from "./instructions.js";

/** One instruction on vectors of four lanes; its arguments are earlier nodes. */
export interface LaneNode {
  readonly op: InstructionName | "input" | "constant";
  readonly args: readonly number[];
  /** The number of an input, the bits of each lane of a constant, how far a shift goes; otherwise 0. */
  readonly value: number;
}

/** A node, and what its lanes hold: float32, or masks. */
export interface LaneValue {
  readonly node: number;
  readonly kind: ScalarKind;
}

/** Operations that are one instruction. */
const single: Partial<Record<ScalarOp, InstructionName>> = {
  plus: "f32x4.add",
  minus: "f32x4.sub",
  times: "f32x4.mul",
  over: "f32x4.div",
  negate: "f32x4.neg",
  abs: "f32x4.abs",
  sqrt: "f32x4.sqrt",
  floor: "f32x4.floor",
  nearest: "f32x4.nearest",
  lt: "f32x4.lt",
  le: "f32x4.le",
  gt: "f32x4.gt",
  ge: "f32x4.ge",
  eq: "f32x4.eq",
  ne: "f32x4.ne",
  and: "v128.and",
  or: "v128.or",
  not: "v128.not",
};

/** All bits but the sign. */
const MAGNITUDE = 0x7fffffff;

/**
 * Scalar expressions as instructions on vectors of four float32; a boolean is a mask of all ones or all zeros. Equal
 * nodes are one, whatever expression they come from. What each lane holds is, bit for bit, what `evaluate.ts` says of
 * float32, but for the payload of a NaN.
 */
export class LaneGraph {
  readonly nodes: LaneNode[] = [];
  readonly #known = new Map<string, number>();

  /** The node with this operation on these nodes. */
  node(op: LaneNode["op"], args: readonly number[], value = 0): number {
    const key = `${op} ${args.join(" ")} ${value}`;
    let position = this.#known.get(key);
    if (position === undefined) {
      position = this.nodes.push({ op, args, value }) - 1;
      this.#known.set(key, position);
    }
    return position;
  }

  constant(value: number): number {
    return this.node("constant", [], floatBits(value));
  }

  /** What `root` is worth over `inputs`, each of which is read as the kind that the expression takes it for. */
  expression(root: Scalar, inputs: readonly LaneValue[]): LaneValue {
    const known = new Map<Scalar, number>();
    const visit = (scalar: Scalar): number => {
      let position = known.get(scalar);
      if (position === undefined) {
        const { op, value, kind, args } = scalar;
        position = op === "input" ? this.as(kind, inputs[value]!) : this.#operation(scalar, args.map(visit));
        known.set(scalar, position);
      }
      return position;
    };
    return { node: visit(root), kind: root.kind };
  }

  /** A condition as 0 or 1, a number as whether it is other than 0. */
  as(kind: ScalarKind, value: LaneValue): number {
    if (value.kind === kind) return value.node;
    return kind === "number"
      ? this.node("v128.and", [value.node, this.constant(1)])
      : this.node("f32x4.ne", [value.node, this.constant(0)]);
  }

  #operation({ op, value, name }: Scalar, args: readonly number[]): number {
    const [a, b, c] = args as [number, number, number];
    switch (op) {
      case "constant":
        return this.constant(value);
      case "smallestNormal":
        return this.constant(SMALLEST_NORMAL.float32);
      case "call":
        return this.#call(name as ElementaryName, args);
      case "min":
      case "max":
        return this.#extreme(op, a, b);
      case "select":
      case "branch":
        return this.#choice(a, b, c);
      case "copysign":
        return this.node("v128.bitselect", [a, b, this.node("constant", [], MAGNITUDE)]);
      case "pow2":
        return this.#power(this.#biased(a));
      case "scale":
        return this.#scale(a, b);
      case "exponent": {
        const withoutSign = this.node("v128.and", [a, this.node("constant", [], MAGNITUDE)]);
        const biased = this.node("f32x4.convert_i32x4_s", [this.node("i32x4.shr_u", [withoutSign], 23)]);
        return this.#plus(biased, -BIAS);
      }
      default:
        return this.node(single[op]!, args);
    }
  }

  #call(name: ElementaryName, args: readonly number[]): number {
    const inputs = args.map((node) => ({ node, kind: "number" }) as const);
    return this.expression(elementaryRows[name].float32, inputs).node;
  }

  #plus(a: number, value: number): number {
    return this.node("f32x4.add", [a, this.constant(value)]);
  }

  /** n + TO_EXPONENT: of a difference, which is exact where n counts, what was subtracted is there again. */
  #biased(n: number): number {
    const { op, args } = this.nodes[n]!;
    const shift = this.constant(TO_EXPONENT);
    return op === "f32x4.sub" && args[1] === shift ? args[0]! : this.node("f32x4.add", [n, shift]);
  }

  /** 2^(n − BIAS) for an n whose bits are the last of the lane: moved to where a float32 has its exponent. */
  #power(n: number): number {
    return this.node("i32x4.shl", [n], 23);
  }

  /** a × 2^h × 2^(n − h) for a whole h beside n/2: which one is all the same, since a × 2^h is exact. */
  #scale(a: number, n: number): number {
    const h = this.#plus(this.node("f32x4.mul", [n, this.constant(0.5)]), TO_EXPONENT);
    const rest = this.node("i32x4.sub", [this.#plus(n, TO_EXPONENT + BIAS), h]);
    return this.node("f32x4.mul", [this.node("f32x4.mul", [a, this.#power(h)]), this.#power(rest)]);
  }

  /**
   * WebAssembly's own minimum takes six instructions of a processor, for NaN and for the signs of zeros. Beside a
   * constant that is neither, the first operand stands where a comparison fails, which is the same: one instruction.
   */
  #extreme(op: "min" | "max", a: number, b: number): number {
    if (this.#isOrdinary(b)) return this.node(`f32x4.p${op}`, [a, b]);
    if (this.#isOrdinary(a)) return this.node(`f32x4.p${op}`, [b, a]);
    return this.node(`f32x4.${op}`, [a, b]);
  }

  /** Whether a node is a constant other than 0 and NaN. */
  #isOrdinary(node: number): boolean {
    const { op, value } = this.nodes[node]!;
    const magnitude = value & MAGNITUDE;
    return op === "constant" && magnitude !== 0 && magnitude <= floatBits(Number.POSITIVE_INFINITY);
  }

  /** `a` where the mask is set, otherwise `b`; three instructions of a processor, but for the cases below. */
  #choice(mask: number, a: number, b: number): number {
    const { op, args } = this.nodes[mask]!;
    if (op === "v128.not") return this.#choice(args[0]!, b, a);
    if (this.#isZero(b)) return this.node("v128.and", [a, mask]);
    if (this.#isZero(a)) return this.node("v128.andnot", [b, mask]);
    // |b| < limit ? b × 0 : b keeps the sign of b alone.
    if (op === "f32x4.lt" && this.#is(args[0]!, "f32x4.abs", b) && this.#is(a, "f32x4.mul", b, this.constant(0))) {
      return this.node("v128.andnot", [b, this.node("v128.and", [mask, this.node("constant", [], MAGNITUDE)])]);
    }
    return this.node("v128.bitselect", [a, b, mask]);
  }

  /** Whether a node is the constant +0. */
  #isZero(node: number): boolean {
    return this.nodes[node]!.op === "constant" && this.nodes[node]!.value === 0;
  }

  /** Whether a node is the operation on these nodes. */
  #is(node: number, op: InstructionName, ...args: readonly number[]): boolean {
    const known = this.nodes[node]!;
    return known.op === op && known.args.every((argument, i) => argument === args[i]);
  }
}
