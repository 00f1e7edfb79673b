import { cat, type Tensor, tensor } from "@typegrad/autograd";
import type { GPT } from "../gpt/gpt.js";
import { type DecodingState, WrittenRows } from "./decoding-state.js";

/**
 * A language model without a cache: every row is read again at each step, together with those of its length. Nothing is
 * padded, so that a row is computed as it would be alone.
 */
export class GPTState extends WrittenRows implements DecodingState {
  readonly #model: GPT;

  constructor(model: GPT, prompts: readonly (readonly number[])[]) {
    super(prompts);
    this.#model = model;
  }

  logits(): Tensor {
    const groups = new Map<number, number[]>();
    this.rows.forEach(({ length }, row) => {
      const group = groups.get(length);
      if (group === undefined) groups.set(length, [row]);
      else group.push(row);
    });
    const parts = [...groups].map(([length, group]) => this.#last(group, length));
    if (parts.length === 1) return parts[0]!;
    const places = new Int32Array(this.rows.length);
    [...groups.values()].flat().forEach((row, place) => {
      places[row] = place;
    });
    return cat(parts, 0).indexSelect(0, tensor(places));
  }

  /** Logits [group, V] after rows of one length. */
  #last(group: readonly number[], length: number): Tensor {
    const ids = Int32Array.from(group.flatMap((row) => this.rows[row]!));
    return this.#model.forward(tensor(ids, { shape: [group.length, length] })).select(1, -1);
  }
}
