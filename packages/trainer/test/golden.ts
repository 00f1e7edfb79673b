import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Tensor } from "@typegrad/autograd";
import { readSafetensors } from "@typegrad/nn";

/** A file of values that PyTorch computed. */
export interface Golden {
  readonly name: string;
  /** The optimizer, schedule or operation. */
  readonly subject: string;
  /** Arguments under our names. */
  readonly args: Record<string, never>;
  readonly tensors: Record<string, Tensor>;
  readonly rtol: number;
  readonly atol: number;
}

const folder = fileURLToPath(new URL("../../../../test/golden", import.meta.url));

const camelCase = (name: string): string => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

/** The cases of a kind whose file names begin with one of the subjects. */
export function goldenCases(kind: string, subjects: readonly string[]): Golden[] {
  return readdirSync(join(folder, kind))
    .filter((file) => subjects.some((subject) => file.startsWith(`${subject}__`)))
    .map((file) => {
      const { tensors, metadata } = readSafetensors(readFileSync(join(folder, kind, file)));
      const args = Object.entries(JSON.parse(metadata.args!)).map(([name, value]) => [camelCase(name), value]);
      return {
        name: file.replace(".safetensors", ""),
        subject: file.split("__")[0]!,
        args: Object.fromEntries(args),
        tensors,
        rtol: Number(metadata.rtol),
        atol: Number(metadata.atol),
      };
    });
}

/** The largest |a − b| in units of what is allowed; at most 1 where both agree. */
export function excess(actual: Tensor, expected: Tensor, { rtol, atol }: Pick<Golden, "rtol" | "atol">): number {
  if (String(actual.shape) !== String(expected.shape)) return Number.POSITIVE_INFINITY;
  return Array.from(expected.data).reduce(
    (most, b, i) => Math.max(most, Math.abs(actual.data[i]! - b) / (atol + rtol * Math.abs(b))),
    0,
  );
}
