import { CompileError, compile, isPlainObject, Tensor } from "@typegrad/autograd";

/** Stands for what is no tensor: the same in every batch, so that none is traced for its texts. */
class Hidden {}
const hidden = new Hidden();

/** A batch with its tensors alone: arrays and plain objects of them. */
function tensorsOf(batch: unknown): unknown {
  if (batch instanceof Tensor) return batch;
  if (!Array.isArray(batch) && !isPlainObject(batch)) return hidden;
  const items = Object.entries(batch).map(([name, item]) => [name, tensorsOf(item)] as const);
  if (items.every(([, item]) => item === hidden)) return hidden;
  return Array.isArray(batch) ? items.map(([, item]) => item) : Object.fromEntries(items);
}

function refuse(path: string): never {
  throw new CompileError("Trainer: a compiled step sees the tensors of a batch alone", {
    got: `a loss that reads ${path}, which is no tensor`,
    hint: "make it a tensor where the batch is made, or train with compile: false",
  });
}

/** The tensors as a loss expects them: what is hidden has its place, and throws when it is read. */
function seen(tree: unknown, path: string): unknown {
  if (tree instanceof Tensor) return tree;
  if (tree === hidden) return refuse(path);
  const batch = Array.isArray(tree) ? [] : {};
  for (const [name, item] of Object.entries(tree as object)) {
    const own = `${path}.${name}`;
    // Not enumerable, so that a copy of the batch can be made.
    const property = item === hidden ? { get: () => refuse(own) } : { value: seen(item, own), enumerable: true };
    Object.defineProperty(batch, name, property);
  }
  return batch;
}

/**
 * The function of a batch as a compiled one. Only tensors enter; texts and counts change from batch to batch, and each
 * would ask for another program.
 * @throws CompileError, at a call, where the function reads anything of the batch that is no tensor.
 */
export function compiledStep<Batch, Result>(fn: (batch: Batch) => Result): (batch: Batch) => Result {
  const program = compile((tree: unknown) => fn(seen(tree, "batch") as Batch));
  return (batch) => program(tensorsOf(batch));
}
