import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { ConsoleLogger, type ConsoleLoggerOptions, type FitResult, type StepRecord, Trainer } from "@typegrad/trainer";
import { JsonlLogger } from "@typegrad/trainer/node";
import { altered, regression } from "./regression.js";

const ESCAPE = String.fromCharCode(27);

/** A stream that remembers. */
class Screen {
  text = "";
  constructor(
    readonly isTTY: boolean,
    readonly columns = 120,
  ) {}

  write(text: string): void {
    this.text += text;
  }
}

const record = (step: number, more: Partial<StepRecord> = {}): StepRecord => ({
  step,
  epoch: 1,
  loss: 2.5,
  rate: 0.001,
  gradNorm: null,
  tokens: 64,
  tokensPerSecond: 1234.4,
  elapsed: step / 50,
  timeLeft: 65,
  progress: step / 100,
  ...more,
});

const result: FitResult = { steps: 6, history: [], validation: [], stoppedBy: "minutes", elapsed: 3723 };

function run(screen: Screen, options: ConsoleLoggerOptions = {}, steps = 6): string {
  const logger = new ConsoleLogger({ stream: screen, ...options });
  for (let step = 1; step <= steps; step++) logger.onStep(record(step));
  logger.onValidation({ step: steps, epoch: 1, loss: 1.25, best: true });
  logger.onEnd({ ...result, steps });
  logger.close();
  return screen.text;
}

describe("ConsoleLogger", () => {
  test("writes plain lines where there is no terminal", () => {
    expect(run(new Screen(false), { every: 4 })).toBe(
      [
        "step 1  loss 2.5000  rate 1.00e-3  1234 tokens/s  1:05 left",
        "step 4  loss 2.5000  rate 1.00e-3  1234 tokens/s  1:05 left",
        "step 6  loss 2.5000  rate 1.00e-3  1234 tokens/s  1:05 left",
        "validation step 6  loss 1.2500  best so far",
        "done 6 steps in 1:02:03, minutes reached",
        "",
      ].join("\n"),
    );
  });

  test("rewrites one line on a terminal, at most ten times a second", () => {
    const text = run(new Screen(true), { color: false }, 50);
    const [live, ...rest] = text.split("\n");
    expect(rest).toEqual([
      "validation step 50  loss 1.2500  best so far",
      "done 50 steps in 1:02:03, minutes reached",
      "",
    ]);
    const drawn = live!.split("\r");
    // 50 steps in one second, and the last one once more to stay.
    expect(drawn.length).toBeLessThanOrEqual(12);
    expect(drawn.at(-1)).toMatch(
      /^█{10}░{10} {2}step 50 {2}loss 2\.5000 {2}rate 1\.00e-3 {2}1234 tokens\/s {2}1:05 left *$/,
    );
    expect(text).not.toContain(ESCAPE);
  });

  test.each([20, 45, 60, 80])("fits into %i columns", (columns) => {
    const live = run(new Screen(true, columns), { color: false }).split("\n")[0]!;
    for (const line of live.split("\r")) expect(line.length).toBeLessThan(columns);
    expect(live).toContain("step 6");
  });

  test("covers a longer line", () => {
    const screen = new Screen(true);
    const logger = new ConsoleLogger({ stream: screen, color: false });
    logger.onStep(record(1, { timeLeft: 4000, elapsed: 1 }));
    logger.onStep(record(2, { timeLeft: 5, elapsed: 2 }));
    const [, long, short] = screen.text.split("\r");
    expect(short!.length).toBe(long!.length);
  });

  test("leaves out tokens that were not counted, and shows large losses", () => {
    const screen = new Screen(false);
    new ConsoleLogger({ stream: screen }).onStep(record(1, { tokensPerSecond: null, loss: 1234567 }));
    expect(screen.text).toBe("step 1  loss 1.235e+6  rate 1.00e-3  1:05 left\n");
  });

  describe("colours", () => {
    const before = process.env.NO_COLOR;
    afterEach(() => {
      if (before === undefined) delete process.env.NO_COLOR;
      else process.env.NO_COLOR = before;
    });

    test("come when asked for, and honour NO_COLOR", () => {
      expect(run(new Screen(true), { color: true })).toContain(ESCAPE);
      process.env.NO_COLOR = "1";
      expect(run(new Screen(true))).not.toContain(ESCAPE);
    });
  });

  test("refuses unknown options and an interval below 1", () => {
    expect(() => new ConsoleLogger({ colour: true } as never)).toThrow('ConsoleLogger: unknown option "colour"');
    expect(() => new ConsoleLogger({ every: 0 })).toThrow("ConsoleLogger: every must be a whole number from 1 up");
  });
});

describe("JsonlLogger", () => {
  const folder = mkdtempSync(join(tmpdir(), "typegrad-"));
  const path = join(folder, "log.jsonl");
  afterEach(() => rmSync(path, { force: true }));

  const lines = (): Record<string, unknown>[] =>
    readFileSync(path, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));

  test("writes a line for each step and validation, and the end", async () => {
    const { history, validation } = await new Trainer({
      ...regression(),
      epochs: 30,
      loggers: [new JsonlLogger(path)],
    }).fit();
    const all = lines();
    expect(all.filter(({ loss }) => loss !== undefined)).toMatchObject([...history]);
    expect(all.filter(({ validationLoss }) => validationLoss !== undefined).map(({ step }) => step)).toEqual(
      validation.map(({ step }) => step),
    );
    expect(all.at(-1)).toMatchObject({ steps: 120, stoppedBy: "epochs" });
  });

  test("keeps the lines of a run that fails", async () => {
    const options = regression();
    const train = altered(options.train, ({ x, y }, step) => ({ x, y: step === 4 ? y.mul(Number.NaN) : y }));
    const trainer = new Trainer({ ...options, steps: 9, train, loggers: [new JsonlLogger(path)] });
    await expect(trainer.fit()).rejects.toThrow("step 4");
    expect(lines().map(({ step }) => step)).toEqual([1, 2, 3]);
  });

  test("names a file that cannot be written", () => {
    expect(() => new JsonlLogger(join(folder, "missing", "log.jsonl"))).toThrow("the file cannot be written");
  });
});
