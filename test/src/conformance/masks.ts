import type { Tensor } from "@typegrad/autograd";
import type { Args, Tensors } from "./read-case.js";

/**
 * PyTorch's sequence modules are sequence first unless `batch_first`, and their boolean masks are true where one may
 * not attend. Here, and nowhere else, both are turned around.
 */
export class Border {
  readonly #swap: boolean;

  /** @param example any input of the module: with two dims there is no batch */
  constructor(
    args: Args,
    example: Tensor,
    readonly heads: number,
  ) {
    this.#swap = args.batch_first !== true && example.ndim === 3;
  }

  /** [S, B, D] to [B, S, D] or back, where the module is sequence first. */
  turn(x: Tensor): Tensor {
    return this.#swap ? x.transpose(0, 1) : x;
  }

  /** [T, S] or [B · H, T, S]: bool as `mask`, float as `bias`. */
  scores(mask: Tensor | undefined, batched: boolean): { mask?: Tensor; bias?: Tensor } {
    if (mask === undefined) return {};
    const [rows, columns] = mask.shape.slice(-2) as [number, number];
    const wide = mask.ndim === 3 && batched ? mask.reshape([-1, this.heads, rows, columns]) : mask;
    return wide.dtype === "bool" ? { mask: wide.logicalNot() } : { bias: wide };
  }

  /** [B, S], or [S] without a batch: bool turned around, float as it is. */
  keys(mask: Tensor | undefined): Tensor | null {
    if (mask === undefined) return null;
    return mask.dtype === "bool" ? mask.logicalNot() : mask;
  }
}

/** `prefix` "tgt" and masks { mask, bias } make { tgtMask, tgtBias }. */
export const named = (prefix: string, masks: Tensors | object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(masks).map(([key, value]) => [
      prefix === "" ? key : prefix + key[0]!.toUpperCase() + key.slice(1),
      value,
    ]),
  );
