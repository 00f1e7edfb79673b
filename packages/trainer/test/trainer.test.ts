import { describe, expect, jest, test } from "@jest/globals";
import { tensor } from "@typegrad/autograd";
import { linearWarmup, SGD, type StepRecord, Trainer, TrainingError } from "@typegrad/trainer";
import { altered, type Batch, Line, regression as line } from "./regression.js";

describe.each([
  ["compiled", true],
  ["operation by operation", false],
])("Trainer, %s", (_, compile) => {
  const regression = () => ({ ...line(), compile });

  test("learns a line", async () => {
    const options = regression();
    const result = await new Trainer({ ...options, epochs: 100 }).fit();
    expect(result).toMatchObject({ steps: 400, stoppedBy: "epochs" });
    expect(result.history).toHaveLength(400);
    expect(result.history.at(-1)!.loss).toBeLessThan(1e-5);
    expect(result.validation).toHaveLength(100);
    const [a, b, c] = options.model.w.data;
    expect([a, b, c, options.model.b.item()].map((value) => Math.round(100 * value!) / 100)).toEqual([2, -1, 0.5, 1]);
    expect(options.model.training).toBe(false);
    expect(options.model.w.grad).toBeNull();
  });

  test("gives the same bits again, by steps as well", async () => {
    const [first, second] = [regression(), regression()];
    const { steps, history } = await new Trainer({ ...first, epochs: 3 }).fit();
    const again = await new Trainer({ ...second, steps }).fit();
    expect(again.history).toEqual(history);
    expect(again.stoppedBy).toBe("steps");
    expect(second.model.w.data).toEqual(first.model.w.data);
  });

  test("tells callbacks what happens, in order, and waits for them", async () => {
    const told: string[] = [];
    const records: StepRecord[] = [];
    const callback = {
      async onStep(record: StepRecord) {
        await null;
        records.push(record);
        told.push(`step ${record.step}`);
      },
      onValidation: ({ step, best }: { step: number; best: boolean }) => told.push(`validation ${step} ${best}`),
      onEnd: ({ steps }: { steps: number }) => told.push(`end ${steps}`),
      close: () => told.push("close"),
    };
    const schedule = linearWarmup({ lr: 0.25, warmup: 4 });
    const trainer = new Trainer({
      ...regression(),
      steps: 5,
      validateEvery: 2,
      clipNorm: 0.5,
      schedule,
      countTokens: ({ x }) => x.shape[0]!,
      loggers: [callback],
    });
    await trainer.fit();
    expect(told).toEqual(
      "step 1,step 2,validation 2 true,step 3,step 4,validation 4 true,step 5,validation 5 true,end 5,close".split(","),
    );
    expect(records.map(({ epoch }) => epoch)).toEqual([1, 1, 1, 1, 2]);
    expect(records.map(({ rate }) => rate)).toEqual([0.0625, 0.125, 0.1875, 0.25, 0.25]);
    expect(records[4]).toMatchObject({ step: 5, tokens: 16, progress: 1, timeLeft: 0 });
    expect(records[0]!.gradNorm).toBeGreaterThan(0.5);
    expect(records[0]!.tokensPerSecond).toBeGreaterThan(0);
  });

  test("evaluates in evaluation mode, weighted by tokens", async () => {
    const options = regression();
    const modes: boolean[] = [];
    const weighted = new Trainer({
      ...options,
      steps: 1,
      loss: (model, { x }) => {
        modes.push(model.training);
        return tensor(x.shape[0]!).to("float32");
      },
      countTokens: ({ x }) => x.shape[0]!,
    });
    options.model.train();
    expect(await weighted.evaluate()).toBe((50 * 50 + 14 * 14) / 64);
    expect([modes, options.model.training]).toEqual([[false, false], true]);
    const plain = new Trainer({ ...options, steps: 1, loss: (_, { x }) => tensor(x.shape[0]!) });
    expect(await plain.evaluate()).toBe(32);
  });

  test("stops after the step in progress", async () => {
    const trainer: Trainer<Line, never> = new Trainer({
      ...regression(),
      epochs: 9,
      callbacks: [{ onStep: ({ step }) => step === 3 && trainer.stop() }],
    }) as never;
    expect(await trainer.fit()).toMatchObject({ steps: 3, stoppedBy: "stop" });
  });

  test("stops after minutes", async () => {
    const result = await new Trainer({ ...regression(), minutes: 0.02 / 60 }).fit();
    expect(result.stoppedBy).toBe("minutes");
    expect(result.elapsed).toBeGreaterThanOrEqual(0.02);
  });

  test("gives the event loop a turn each step", async () => {
    let turns = 0;
    let next: NodeJS.Immediate;
    const count = () => {
      turns++;
      next = setImmediate(count);
    };
    next = setImmediate(count);
    await new Trainer({ ...regression(), steps: 20 }).fit();
    clearImmediate(next);
    expect(turns).toBeGreaterThanOrEqual(19);
  });

  test("a loss that is not finite stops it before anything is updated", async () => {
    const options = regression();
    const close = jest.fn();
    const weights: string[] = [];
    const trainer = new Trainer({
      ...options,
      steps: 20,
      validateEvery: 20,
      schedule: (step) => step,
      train: altered(options.train, ({ x, y }, step) => ({ x, y: step === 6 ? y.mul(Number.NaN) : y })),
      callbacks: [{ onStep: () => weights.push(String(options.model.w.data)) }],
      loggers: [{ close }],
    });
    const error = await trainer.fit().catch((problem: unknown) => problem);
    expect(error).toBeInstanceOf(TrainingError);
    expect(error).toMatchObject({ place: { step: 6, epoch: 2, batch: 2 } });
    expect(String(error)).toContain("the loss is not finite\ngot: NaN at step 6, batch 2 of epoch 2");
    expect(String(options.model.w.data)).toBe(weights[4]);
    expect(options.optimizer.learningRate).toBe(5);
    expect(options.optimizer.stateDict()["state.0.step"]!.item()).toBe(5);
    expect(close).toHaveBeenCalledTimes(1);
  });

  test("so does a gradient norm that is not finite", async () => {
    const options = regression();
    const before = String(options.model.w.data);
    const loss: typeof options.loss = (model) => model.w.sub(model.w.detach()).sqrt().sum();
    const trainer = new Trainer({ ...options, steps: 1, clipNorm: 1, loss });
    await expect(trainer.fit()).rejects.toThrow("the gradients' norm is not finite");
    expect(String(options.model.w.data)).toBe(before);
  });

  test("refuses data without batches, and a second run beside the first", async () => {
    const { validation: _, ...rest } = regression();
    const none = { epoch: () => [] };
    await expect(new Trainer({ ...rest, steps: 1, train: none }).fit()).rejects.toThrow("an epoch has no batches");
    await expect(new Trainer({ ...rest, steps: 1 }).evaluate()).rejects.toThrow("there is no validation data");
    await expect(new Trainer({ ...rest, steps: 1, validation: none }).evaluate()).rejects.toThrow("data is empty");
    const trainer = new Trainer({ ...rest, steps: 2 });
    const first = trainer.fit();
    await expect(trainer.fit()).rejects.toThrow("fit is running already");
    expect((await first).steps).toBe(2);
  });
});

describe("the options of Trainer", () => {
  const make = (more: object) => () => new Trainer({ ...line(), ...more });
  const x = new Line();
  const groups = new SGD([{ params: [x.w] }, { params: [x.b], lr: 9 }]);
  test.each<[string, () => unknown, string]>([
    ["no limit", make({}), "Trainer: nothing says when to stop"],
    ["no steps", make({ steps: 0 }), "Trainer: steps is out of range"],
    ["no time", make({ minutes: 0 }), "Trainer: minutes is out of range\ngot: 0\nhint: use a number above 0"],
    ["a negative norm", make({ steps: 1, clipNorm: -1 }), "Trainer: clipNorm is out of range"],
    ["nothing to train", make({ steps: 1, model: undefined, loss: undefined }), "is missing\ngot: no model, no loss"],
    ["half an epoch", make({ epochs: 0.5 }), "Trainer: epochs is out of range"],
    ["a way to compile", make({ steps: 1, compile: "yes" }), "Trainer: compile must be true or false\ngot: yes"],
    ["an unknown option", make({ steps: 1, epoch: 2 }), 'Trainer: unknown option "epoch"'],
    [
      "a schedule over several rates",
      make({ steps: 1, optimizer: groups, schedule: () => 1 }),
      "a schedule would overwrite",
    ],
  ])("refuses %s", (_, run, message) => {
    expect(run).toThrow(message);
  });
});

describe("a compiled Trainer", () => {
  test("gives what one that runs operation by operation gives", async () => {
    const run = async (compile: boolean) => {
      const schedule = linearWarmup({ lr: 0.3, warmup: 5 });
      return (await new Trainer({ ...line(), compile, schedule, clipNorm: 1, steps: 20 }).fit()).history;
    };
    const [compiled, eager] = [await run(true), await run(false)];
    for (const [i, { loss, rate, gradNorm }] of compiled.entries()) {
      expect(rate).toBe(eager[i]!.rate);
      expect(Math.abs(loss - eager[i]!.loss)).toBeLessThanOrEqual(1e-5 * eager[i]!.loss);
      expect(Math.abs(gradNorm! - eager[i]!.gradNorm!)).toBeLessThanOrEqual(1e-5 * eager[i]!.gradNorm!);
    }
  });

  const whole = ({ x, y }: Batch, count: number) => ({ x, y, texts: [`batch ${count}`], nested: [x, count] as const });

  test("runs the loss once for each shape, whatever else the batches hold", async () => {
    const { model, optimizer, loss, train } = line();
    const seen: string[][] = [];
    const trainer = new Trainer({
      model,
      optimizer,
      train: altered(train, whole),
      loss: (model, batch) => {
        seen.push(Object.keys({ ...batch }));
        return loss(model, batch);
      },
      countTokens: ({ nested: [, count] }) => count,
      epochs: 2,
    });
    expect((await trainer.fit()).steps).toBe(8);
    expect(seen).toEqual([["x", "y", "nested"]]);
  });

  test.each<[string, (batch: ReturnType<typeof whole>) => unknown]>([
    ["batch.texts", ({ texts }) => texts],
    ["batch.nested.1", ({ nested: [, count] }) => count],
  ])("refuses a loss that reads %s", async (path, read) => {
    const { model, optimizer, train } = line();
    const loss = (_: Line, batch: ReturnType<typeof whole>) => {
      read(batch);
      return batch.x.sum();
    };
    const trainer = new Trainer({ model, optimizer, loss, train: altered(train, whole), steps: 1 });
    await expect(trainer.fit()).rejects.toThrow(`got: a loss that reads ${path}, which is no tensor`);
  });

  test("refuses batches without tensors", async () => {
    const trainer = new Trainer({ ...line(), train: { epoch: () => [new Map()] }, steps: 1 } as never);
    await expect(trainer.fit()).rejects.toThrow("got: a loss that reads batch, which is no tensor");
  });
});
