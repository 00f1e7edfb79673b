import { noGrad, ones, type Tensor, tensor, zeros } from "@typegrad/autograd";
import type { LayerNorm, Linear, MultiheadAttention } from "@typegrad/nn";
import type { GPT, Seq2SeqTransformer } from "@typegrad/transformer";
import { bitsAt } from "./hash.js";

/**
 * Gives the parameters of a model their first values. Matrices are uniform with a given standard deviation, norms 1, biases
 * 0; each parameter draws from a stream with its own number, in the order in which it is filled. Other programs keep
 * the matrices of linear layers as [in, out], and draw in that order.
 */
class Filler {
  #stream = 0;

  #matrix(rows: number, columns: number, deviation: number): Float32Array {
    const bound = deviation * Math.sqrt(3);
    const stream = this.#stream++;
    return Float32Array.from({ length: rows * columns }, (_, i) => (2 * (bitsAt(stream, i) / 2 ** 32) - 1) * bound);
  }

  /** Rows of vectors, in the order in which they lie. */
  table(weight: Tensor, deviation: number): void {
    const [rows, columns] = weight.shape as [number, number];
    weight.assign(tensor(this.#matrix(rows, columns, deviation), { shape: [rows, columns] }));
  }

  /** The matrix and bias of one linear layer, or of several that stand below one another: `widths` of their outputs. */
  linear(weight: Tensor, bias: Tensor | null, deviation: number, widths = [weight.shape[0]!]): void {
    const width = weight.shape[1]!;
    const parts = widths.map((rows) => {
      const part = tensor(this.#matrix(width, rows, deviation), { shape: [width, rows] });
      if (bias !== null) this.#stream++;
      return part;
    });
    const values = new Float32Array(weight.size);
    let filled = 0;
    for (const part of parts) {
      values.set(part.transpose(0, 1).data as Float32Array, filled);
      filled += part.size;
    }
    weight.assign(tensor(values, { shape: weight.shape }));
    bias?.assign(zeros(bias.shape));
  }

  layer({ weight, bias }: Linear, deviation: number): void {
    this.linear(weight, bias, deviation);
  }

  norm({ weight, bias }: LayerNorm): void {
    weight!.assign(ones(weight!.shape));
    bias!.assign(zeros(bias!.shape));
    this.#stream += 2;
  }

  attention({ inProjWeight, inProjBias, outProj, embedDim }: MultiheadAttention, deviation: number, widths: number[]) {
    const parts = widths.map((count) => count * embedDim);
    this.linear(inProjWeight!, inProjBias, deviation, parts);
    this.layer(outProj, deviation);
  }
}

/** All matrices with a standard deviation of 0.02. */
export function fillGPT({ tokenEmbed, positionEmbed, blocks, norm, head }: GPT): void {
  const fill = new Filler();
  noGrad(() => {
    fill.table(tokenEmbed.weight, 0.02);
    fill.table(positionEmbed!.weight, 0.02);
    for (const { norm1, selfAttn, norm2, feedForward } of blocks) {
      fill.norm(norm1 as LayerNorm);
      fill.linear(selfAttn.inProjWeight, selfAttn.inProjBias, 0.02);
      fill.layer(selfAttn.outProj, 0.02);
      fill.norm(norm2 as LayerNorm);
      fill.layer(feedForward.up, 0.02);
      fill.layer(feedForward.down, 0.02);
    }
    fill.norm(norm as LayerNorm);
    fill.layer(head, 0.02);
  });
}

/** The embedding with a standard deviation of 0.02, all other matrices 0.05; keys and values of the memory are one layer. */
export function fillSeq2Seq({ srcEmbed, transformer: { encoder, decoder } }: Seq2SeqTransformer): void {
  const fill = new Filler();
  noGrad(() => {
    fill.table(srcEmbed.weight, 0.02);
    for (const { selfAttn, norm1, linear1, linear2, norm2 } of encoder.layers) {
      fill.attention(selfAttn, 0.05, [3]);
      fill.norm(norm1);
      fill.layer(linear1, 0.05);
      fill.layer(linear2, 0.05);
      fill.norm(norm2);
    }
    for (const { selfAttn, norm1, multiheadAttn, norm2, linear1, linear2, norm3 } of decoder.layers) {
      fill.attention(selfAttn, 0.05, [3]);
      fill.norm(norm1);
      fill.attention(multiheadAttn, 0.05, [1, 2]);
      fill.norm(norm2);
      fill.layer(linear1, 0.05);
      fill.layer(linear2, 0.05);
      fill.norm(norm3);
    }
  });
}
