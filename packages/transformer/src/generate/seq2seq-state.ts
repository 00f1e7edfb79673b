import { type Tensor, tensor } from "@typegrad/autograd";
import type { Seq2SeqTransformer } from "../seq2seq.js";
import { type DecodingState, WrittenRows } from "./decoding-state.js";

/** Encoder and decoder without a cache: the source is encoded once, the target is read again at each step. */
export class Seq2SeqState extends WrittenRows implements DecodingState {
  readonly #model: Seq2SeqTransformer;
  #src: Tensor;
  #memory: Tensor;

  /** @param src int32 [rows, S], padded with the model's padId */
  constructor(model: Seq2SeqTransformer, src: Tensor) {
    super(Array.from({ length: src.shape[0]! }, () => [model.bosId]));
    this.#model = model;
    this.#src = src;
    this.#memory = model.encode(src); // [rows, S, D]
  }

  logits(): Tensor {
    const tgt = tensor(Int32Array.from(this.rows.flat()), { shape: [this.rows.length, this.rows[0]!.length] });
    return this.#model.nextLogits(tgt, this.#memory, this.#src);
  }

  override select(rows: readonly number[]): void {
    super.select(rows);
    const index = tensor(Int32Array.from(rows));
    this.#src = this.#src.indexSelect(0, index);
    this.#memory = this.#memory.indexSelect(0, index);
  }
}
