import { CheckpointError, cat, formatShape, sameShape, type Tensor } from "@typegrad/autograd";
import type { StateDict } from "@typegrad/nn";

/** Where a tensor of a file stands in a model. */
export interface Place {
  /** Its name in the file. */
  readonly theirs: string;
  /** The state-dict key of the tensor that holds it. */
  readonly ours: string;
  /** Its shape in the file. */
  readonly shape: readonly number[];
  /** The rows of our tensor that it is, from start to stop; all of them where this is left out. */
  readonly rows?: readonly [start: number, stop: number];
  /** Whether the file keeps it transposed. Default false. */
  readonly transposed?: boolean;
}

/** A file's tensor, cut out of ours. */
export function theirPart({ rows, transposed = false }: Place, ours: Tensor): Tensor {
  const part = rows === undefined ? ours : ours.slice(0, ...rows);
  return transposed ? part.transpose(0, 1) : part;
}

/**
 * A model's state-dict out of the tensors of a file.
 *
 * @param places all places of the model; those of one of our tensors in the order of their rows
 * @throws CheckpointError that names what is missing, not expected, or of another shape.
 */
export function fromTheirs(places: readonly Place[], tensors: Readonly<Record<string, Tensor>>): StateDict {
  checkNames(places, tensors);
  const parts = new Map<string, Tensor[]>();
  for (const place of places) {
    const { theirs, ours, shape, transposed = false } = place;
    const tensor = tensors[theirs]!;
    if (!sameShape(tensor.shape, shape)) {
      throw new CheckpointError(`the weights contradict the configuration: ${theirs} has another shape`, {
        got: `${formatShape(tensor.shape)} for ${formatShape(shape)}`,
        hint: "the configuration and the weights must be of the same model",
      });
    }
    parts.set(ours, [...(parts.get(ours) ?? []), transposed ? tensor.transpose(0, 1) : tensor]);
  }
  return Object.fromEntries([...parts].map(([key, list]) => [key, list.length === 1 ? list[0]! : cat(list, 0)]));
}

/**
 * The tensors of a file out of a model's state-dict, as views.
 *
 * @param places all places of the model
 */
export const toTheirs = (places: readonly Place[], state: StateDict): Record<string, Tensor> =>
  Object.fromEntries(places.map((place) => [place.theirs, theirPart(place, state[place.ours]!)]));

function checkNames(places: readonly Place[], tensors: Readonly<Record<string, Tensor>>): void {
  const expected = new Set(places.map(({ theirs }) => theirs));
  const missing = [...expected].filter((name) => !Object.hasOwn(tensors, name));
  const unexpected = Object.keys(tensors).filter((name) => !expected.has(name));
  if (missing.length + unexpected.length === 0) return;
  throw new CheckpointError("the weights contradict the configuration: other tensors are needed", {
    got: `missing: ${listed(missing)}; unexpected: ${listed(unexpected)}`,
    hint: "the configuration and the weights must be of the same model",
  });
}

const listed = (names: readonly string[]): string =>
  names.length === 0 ? "none" : names.slice(0, 8).join(", ") + (names.length > 8 ? `, … (${names.length})` : "");
