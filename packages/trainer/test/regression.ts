import { Generator, mseLoss, rand, type Tensor, tensor, zeros } from "@typegrad/autograd";
import { type BatchSource, DataLoader, SGD, type TrainerOptions } from "@typegrad/trainer";

/** Inputs and targets of a batch. */
export interface Batch {
  readonly x: Tensor;
  readonly y: Tensor;
}

/** y = w x + b. */
export class Line {
  training = false;
  readonly w = zeros([3, 1], { requiresGrad: true });
  readonly b = zeros([1], { requiresGrad: true });

  parameters(): Tensor[] {
    return [this.w, this.b];
  }

  train(mode = true): void {
    this.training = mode;
  }

  eval(): void {
    this.training = false;
  }

  forward(x: Tensor): Tensor {
    return x.matmul(this.w).add(this.b);
  }
}

const inputs = rand([64, 3], { generator: new Generator(5) }).toArray() as number[][];

const collate = (rows: readonly number[][]): Batch => ({
  x: tensor(rows.map((row) => [...row])),
  y: tensor(rows.map(([a, b, c]) => [2 * a! - b! + 0.5 * c! + 1])),
});

/** The source's batches, each changed; they are counted 1, 2, … over all epochs. */
export function altered<From, To>(
  source: BatchSource<From>,
  change: (batch: From, count: number) => To,
): BatchSource<To> {
  let count = 0;
  return {
    epoch(number) {
      const batches = source.epoch(number);
      return {
        length: batches.length,
        *[Symbol.iterator]() {
          for (const batch of batches) yield change(batch, ++count);
        },
      };
    },
  };
}

/** Everything but when to stop, for a line through 64 points. */
export function regression(): Omit<TrainerOptions<Line, Batch>, "optimizer"> & { readonly optimizer: SGD } {
  const model = new Line();
  return {
    model,
    optimizer: new SGD(model.parameters(), { lr: 0.3, momentum: 0.5 }),
    loss: (line, { x, y }) => mseLoss(line.forward(x), y),
    train: new DataLoader(inputs, { batchSize: 16, shuffle: true, collate }),
    validation: new DataLoader(inputs, { batchSize: 50, collate }),
  };
}
