import { crossEntropy, manualSeed, randint } from "@typegrad/autograd";
import { Adam } from "@typegrad/trainer";
import { Seq2SeqTransformer } from "@typegrad/transformer";

// Run by memory.test.ts with --expose-gc: prints the memory in use after 50 and after 300 training steps.

manualSeed(1);
const sizes = { dModel: 32, numHeads: 4, numEncoderLayers: 2, numDecoderLayers: 2, dimFeedforward: 64, dropout: 0.1 };
const model = new Seq2SeqTransformer({ srcVocab: 263, tgtVocab: 377, ...sizes });
const optimizer = new Adam(model.parameters());
const turn = () => new Promise((resolve) => setTimeout(resolve, 1));

async function used(): Promise<{ heap: number; resident: number }> {
  // Array buffers are given back by a thread of their own, some time after the collection that found them.
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await turn();
  }
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  return { heap: heapUsed + arrayBuffers, resident: rss };
}

const measured: { heap: number; resident: number }[] = [];
for (let step = 1; step <= 300; step++) {
  const ids = randint(3, 263, [16, 14]);
  crossEntropy(model.forward(ids, ids).reshape([224, 377]), ids.reshape([224])).backward();
  optimizer.step();
  optimizer.zeroGrad();
  await turn();
  if (step === 50 || step === 300) measured.push(await used());
}
console.log(JSON.stringify(measured));
