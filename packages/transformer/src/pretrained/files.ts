import { CheckpointError, type Tensor } from "@typegrad/autograd";
import { readSafetensors } from "@typegrad/nn";

/** The content of a model folder's files by their names. */
export type Files = Readonly<Record<string, Uint8Array>>;

declare const TextDecoder: new (label: string, options: { fatal: boolean }) => { decode(bytes: Uint8Array): string };

/**
 * The bytes of a file.
 *
 * @throws CheckpointError when it is not there.
 */
function fileOf(files: Files, name: string): Uint8Array {
  if (Object.hasOwn(files, name) && files[name] instanceof Uint8Array) return files[name];
  throw new CheckpointError(`loadPretrained: ${name} is missing`, {
    got: `files: ${Object.keys(files).slice(0, 8).join(", ") || "none"}`,
    hint: "hand in all files of the model's folder, as bytes by their names",
  });
}

/**
 * The object that a JSON file holds.
 *
 * @throws CheckpointError when it is missing or holds something else.
 */
export function jsonOf(files: Files, name: string): Readonly<Record<string, unknown>> {
  const bytes = fileOf(files, name);
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw new CheckpointError(`loadPretrained: ${name} is not a JSON object`, {
    got: `${bytes.length} bytes`,
    hint: "the file is damaged or of another kind",
  });
}

/**
 * All tensors of `model.safetensors`, or of the shards that `model.safetensors.index.json` lists.
 *
 * @throws CheckpointError for a file that is missing or damaged, or a shard without a tensor that the index places there.
 */
export function weightsOf(files: Files): Record<string, Tensor> {
  const index = "model.safetensors.index.json";
  if (!Object.hasOwn(files, index)) return readSafetensors(fileOf(files, "model.safetensors")).tensors;
  const { weight_map: map } = jsonOf(files, index);
  const places = typeof map === "object" && map !== null ? Object.entries(map) : [];
  const shards = new Map(
    [...new Set(places.map(([, shard]) => String(shard)))].map((shard) => [shard, fileOf(files, shard)]),
  );
  const tensors = new Map([...shards].map(([shard, bytes]) => [shard, readSafetensors(bytes).tensors]));
  return Object.fromEntries(
    places.map(([name, shard]) => {
      const tensor = tensors.get(String(shard))?.[name];
      if (tensor !== undefined) return [name, tensor];
      throw new CheckpointError(`loadPretrained: ${shard} lacks a tensor that the index places there`, {
        got: name,
        hint: "index and shards must be of the same model",
      });
    }),
  );
}
