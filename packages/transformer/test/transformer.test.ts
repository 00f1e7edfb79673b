import { describe, expect, test } from "@jest/globals";
import { manualSeed, randn, scaledDotProductAttention, type Tensor, tensor } from "@typegrad/autograd";
import { allClose, gradcheck, gradgradcheck } from "@typegrad/autograd/testing";
import { Dropout, init, MultiheadAttention } from "@typegrad/nn";
import {
  causalMask,
  greedyDecode,
  PositionalEncoding,
  paddingMask,
  paperBase,
  paperBig,
  Seq2SeqTransformer,
  sinusoidalEncoding,
  Transformer,
  TransformerDecoderLayer,
  TransformerEncoderLayer,
} from "../src/index.js";

const ids = (rows: number[][]): Tensor =>
  tensor(Int32Array.from(rows.flat()), { shape: [rows.length, rows[0]!.length] });
const tiny = { dModel: 8, numHeads: 2, numEncoderLayers: 1, numDecoderLayers: 2, dimFeedforward: 12, dropout: 0 };

describe("what others get wrong", () => {
  test("scores are divided by the root of the head width", () => {
    const [q, k] = [
      tensor([[1, 1, 1, 1]]),
      tensor([
        [2, 2, 2, 2],
        [0, 0, 0, 0],
      ]),
    ];
    const out = scaledDotProductAttention(q, k, tensor([[1], [0]]));
    // The scores are 8 / √4 and 0.
    expect(out.item()).toBeCloseTo(1 / (1 + Math.exp(-4)), 6);
  });

  test("positions have a sine and a cosine of each wavelength", () => {
    const table = sinusoidalEncoding(50, 6, { dtype: "float64" }).toArray() as number[][];
    for (const [position, column] of [
      [0, 0],
      [7, 2],
      [49, 4],
    ] as const) {
      const angle = position / 10000 ** (column / 6);
      expect(table[position]![column]).toBeCloseTo(Math.sin(angle), 12);
      expect(table[position]![column + 1]).toBeCloseTo(Math.cos(angle), 12);
    }
  });

  test("positions are floats, and there are not fewer than none", () => {
    expect(() => sinusoidalEncoding(3, 4, { dtype: "int32" as never })).toThrow(/no integers\ngot: int32/);
    expect(() => sinusoidalEncoding(-1, 4)).toThrow(/whole numbers\ngot: -1 positions/);
  });

  test("post-norm normalises the sum of residual and sub-layer; pre-norm what goes in", () => {
    manualSeed(1);
    const x = randn([2, 3, 8]);
    const post = new TransformerEncoderLayer({ ...layer, normFirst: false });
    const attended = x.add(post.selfAttn.forward(x, x, x)[0]);
    const first = post.norm1.forward(attended);
    const wanted = post.norm2.forward(first.add(post.linear2.forward(post.linear1.forward(first).relu())));
    expect(allClose(post.forward(x), wanted, { atol: 1e-6 })).toBe(true);
    const pre = new TransformerEncoderLayer({ ...layer, normFirst: true });
    const input = pre.norm1.forward(x);
    const sum = x.add(pre.selfAttn.forward(input, input, input)[0]);
    const preWanted = sum.add(pre.linear2.forward(pre.linear1.forward(pre.norm2.forward(sum)).relu()));
    expect(allClose(pre.forward(x), preWanted, { atol: 1e-6 })).toBe(true);
  });

  test("the paper's model has no norm behind its stacks; PyTorch's Transformer has", () => {
    const keys = (model: { stateDict(): object }) =>
      Object.keys(model.stateDict()).filter((key) => /coder\.norm\./.test(key));
    expect(paperBase.finalNorm).toBe(false);
    expect(keys(new Seq2SeqTransformer({ ...paperBase, ...tiny, srcVocab: 11, tgtVocab: 11 }))).toEqual([]);
    expect(keys(new Transformer(tiny))).toHaveLength(4);
  });

  test("so does the decoder, for its three sub-layers, each with a norm of its own", () => {
    manualSeed(2);
    const [x, memory] = [randn([2, 3, 8]), randn([2, 5, 8])];
    const distinct = (decoder: TransformerDecoderLayer) => {
      for (const { weight, bias } of [decoder.norm1, decoder.norm2, decoder.norm3]) {
        init.uniform(weight!, { a: 0.5, b: 2 });
        init.uniform(bias!);
      }
      return decoder;
    };
    const post = distinct(new TransformerDecoderLayer({ ...layer, normFirst: false }));
    const first = post.norm1.forward(x.add(post.selfAttn.forward(x, x, x)[0]));
    const second = post.norm2.forward(first.add(post.multiheadAttn.forward(first, memory, memory)[0]));
    const wanted = post.norm3.forward(second.add(post.linear2.forward(post.linear1.forward(second).relu())));
    expect(allClose(post.forward(x, memory), wanted, { atol: 1e-5 })).toBe(true);

    const pre = distinct(new TransformerDecoderLayer({ ...layer, normFirst: true }));
    const input = pre.norm1.forward(x);
    const attended = x.add(pre.selfAttn.forward(input, input, input)[0]);
    const crossed = attended.add(pre.multiheadAttn.forward(pre.norm2.forward(attended), memory, memory)[0]);
    const preWanted = crossed.add(pre.linear2.forward(pre.linear1.forward(pre.norm3.forward(crossed)).relu()));
    expect(allClose(pre.forward(x, memory), preWanted, { atol: 1e-5 })).toBe(true);
  });

  test("dropout acts on the outputs of sub-layers and on the embeddings' sums, nowhere else", () => {
    manualSeed(2);
    const own = new TransformerEncoderLayer({ ...layer, dropout: 1, normFirst: true });
    const x = randn([2, 3, 8]);
    // All sub-layer outputs are dropped, so only the residual is left.
    expect(own.forward(x).toArray()).toEqual(x.toArray());
    expect(new PositionalEncoding(8, { dropout: 1 }).forward(x).abs().sum().item()).toBe(0);
    const decoder = new TransformerDecoderLayer({ ...layer, dropout: 1, normFirst: true });
    expect(decoder.forward(x, x).toArray()).toEqual(x.toArray());

    const model = new Seq2SeqTransformer({ ...tiny, srcVocab: 11, tgtVocab: 11, dropout: 0.3 });
    const dropped: (readonly number[])[] = [];
    for (const module of model.modules()) {
      if (module instanceof MultiheadAttention) expect(module.dropout).toBe(0);
      if (!(module instanceof Dropout)) continue;
      expect(module.p).toBe(0.3);
      module.registerForwardHook((_, [value]) => {
        dropped.push((value as Tensor).shape);
      });
    }
    model.forward(ids([[3, 4, 5, 6, 7]]), ids([[1, 5, 8]]));
    // Source: the sum and two sub-layers. Target: the sum and two layers of three. None of the inner width 12.
    expect(dropped).toEqual([...new Array(3).fill([1, 5, 8]), ...new Array(7).fill([1, 3, 8])]);
  });

  test("embeddings are scaled by the root of the width", () => {
    const model = new Seq2SeqTransformer({ ...tiny, srcVocab: 5, tgtVocab: 5 });
    let seen: Tensor | null = null;
    model.transformer.encoder.layers.at(0)!.registerForwardHook((_, [x]) => {
      seen = x as Tensor;
    });
    model.encode(ids([[3, 4]]));
    const wanted = model.srcEmbed
      .forward(ids([[3, 4]]))
      .mul(Math.sqrt(8))
      .add(sinusoidalEncoding(2, 8));
    expect(allClose(seen!, wanted)).toBe(true);
  });

  test("the presets are the paper's", () => {
    expect([paperBase.dModel, paperBase.numHeads, paperBase.dimFeedforward, paperBase.dropout]).toEqual([
      512, 8, 2048, 0.1,
    ]);
    expect([paperBig.dModel, paperBig.numHeads, paperBig.dimFeedforward, paperBig.dropout]).toEqual([
      1024, 16, 4096, 0.3,
    ]);
  });
});

const layer = { dModel: 8, numHeads: 2, dimFeedforward: 12, dropout: 0 };

describe("masks", () => {
  test("are true where one may attend", () => {
    expect(causalMask(2).toArray()).toEqual([
      [true, false],
      [true, true],
    ]);
    expect(paddingMask(ids([[5, 0]]), 0).toArray()).toEqual([[true, false]]);
  });

  test("later target tokens change no earlier logits", () => {
    manualSeed(3);
    const model = new Seq2SeqTransformer({ ...tiny, srcVocab: 11, tgtVocab: 13 });
    const src = ids([[3, 4, 5]]);
    const [a, b] = [ids([[1, 5, 6, 7]]), ids([[1, 5, 9, 3]])].map((tgt) => model.forward(src, tgt).slice(1, 0, 2));
    expect(a!.toArray()).toEqual(b!.toArray());
  });

  test("padding gives each row what it gives alone", () => {
    manualSeed(4);
    const model = new Seq2SeqTransformer({ ...tiny, srcVocab: 11, tgtVocab: 13 });
    const together = model.forward(
      ids([
        [3, 4, 2, 0, 0],
        [3, 4, 5, 6, 2],
      ]),
      ids([
        [1, 5, 0],
        [1, 7, 8],
      ]),
    );
    const alone = model.forward(ids([[3, 4, 2]]), ids([[1, 5]]));
    expect(allClose(together.select(0, 0).slice(0, 0, 2), alone.squeeze(0), { atol: 1e-5 })).toBe(true);
  });
});

describe("Seq2SeqTransformer", () => {
  test("ties embeddings and output layer as asked", () => {
    const counts = (["none", "target", "all"] as const).map((tie) => {
      const model = new Seq2SeqTransformer({ ...tiny, srcVocab: 11, tgtVocab: 11, tie });
      return model.parameters().reduce((sum, { size }) => sum + size, 0);
    });
    expect(counts[0]! - counts[1]!).toBe(11 * 8 + 11);
    expect(counts[1]! - counts[2]!).toBe(11 * 8);
    expect(() => new Seq2SeqTransformer({ ...tiny, srcVocab: 3, tgtVocab: 4, tie: "all" })).toThrow(
      /needs one vocabulary/,
    );
  });

  test("gives probabilities and attention weights", () => {
    const model = new Seq2SeqTransformer({ ...tiny, srcVocab: 11, tgtVocab: 13 });
    const [src, tgt] = [ids([[3, 4, 5]]), ids([[1, 5]])];
    expect(model.probabilities(src, tgt).sum(-1).toArray()).toEqual([[expect.closeTo(1, 5), expect.closeTo(1, 5)]]);
    const { logits, encoder, decoder } = model.forward(src, tgt, { needWeights: true });
    expect(allClose(logits, model.forward(src, tgt), { atol: 1e-5 })).toBe(true);
    expect([encoder.map(({ shape }) => shape), decoder.map(({ cross }) => cross.shape)]).toEqual([
      [[1, 2, 3, 3]],
      [
        [1, 2, 2, 3],
        [1, 2, 2, 3],
      ],
    ]);
  });

  test("a hook on a layer, a stack or an attention is called, with weights and without", () => {
    const model = new Seq2SeqTransformer({ ...tiny, srcVocab: 11, tgtVocab: 13 });
    const { encoder, decoder } = model.transformer;
    const seen: string[] = [];
    const watched = [encoder, encoder.layers.at(0)!, encoder.layers.at(0)!.selfAttn, decoder, decoder.layers.at(1)!];
    for (const module of watched) {
      module.registerForwardHook(() => {
        seen.push(module.constructor.name);
      });
    }
    const order = ["MultiheadAttention", "TransformerEncoderLayer", "TransformerEncoder"];
    const all = [...order, "TransformerDecoderLayer", "TransformerDecoder"];
    model.forward(ids([[3, 4]]), ids([[1]]));
    expect(seen).toEqual(all);
    model.forward(ids([[3, 4]]), ids([[1]]), { needWeights: true });
    expect(seen).toEqual([...all, ...all]);
    model.encode(ids([[3, 4]]));
    expect(seen.slice(2 * all.length)).toEqual(order);
  });

  test("ids that are no tokens are refused", () => {
    const options = { ...tiny, srcVocab: 11, tgtVocab: 13 };
    expect(() => new Seq2SeqTransformer({ ...options, padId: 11 })).toThrow(
      /padId is not a token\ngot: 11 of 11 tokens/,
    );
    expect(() => new Seq2SeqTransformer({ ...options, bosId: -1 })).toThrow(/bosId is not a token/);
    expect(() => new Seq2SeqTransformer({ ...options, eosId: 1.5 })).toThrow(/eosId is not a token/);
  });

  test("a sentence longer than the positions throws", () => {
    const model = new Seq2SeqTransformer({ ...tiny, srcVocab: 11, tgtVocab: 13, maxLength: 2 });
    expect(() => model.encode(ids([[3, 4, 5]]))).toThrow(/longer than the positions\ngot: 3 tokens, 2 positions/);
  });

  test("greedy decoding takes the most likely token of each row until its end", () => {
    manualSeed(6);
    const model = new Seq2SeqTransformer({ ...tiny, srcVocab: 11, tgtVocab: 13, maxLength: 9 });
    const src = ids([
      [3, 4, 2],
      [5, 2, 0],
    ]);
    const rows = greedyDecode(model, src, { maxTokens: 6 });
    rows.forEach((row, i) => {
      const written = [model.bosId];
      for (const token of row) {
        const own = i === 0 ? src.slice(0, 0, 1) : ids([[5, 2]]);
        expect(
          model
            .forward(own, ids([written]))
            .select(1, -1)
            .argmax()
            .item(),
        ).toBe(token);
        written.push(token);
      }
    });
    expect(() => greedyDecode(model, src, { maxTokens: 10 })).toThrow(/maxTokens out of range/);
  });
});

describe("layers pass gradcheck and gradgradcheck", () => {
  const double = (...shape: number[]): Tensor => randn(shape, { dtype: "float64", requiresGrad: true });
  const small = { dModel: 2, numHeads: 2, dimFeedforward: 3, dropout: 0, activation: "gelu" } as const;

  test.each([false, true])("with normFirst %s", (normFirst) => {
    manualSeed(7);
    const encoder = new TransformerEncoderLayer({ ...small, normFirst }).to("float64");
    const decoder = new TransformerDecoderLayer({ ...small, normFirst }).to("float64");
    const inputs = [double(1, 2, 2), double(1, 1, 2)] as const;
    const both = {
      parameters: () => [...encoder.parameters(), ...decoder.parameters()],
      forward: (src: Tensor, tgt: Tensor) => decoder.forward(tgt, encoder.forward(src)),
    };
    expect(gradcheck(both, inputs)).toBe(true);
    expect(gradgradcheck(both, inputs)).toBe(true);
  });
});
