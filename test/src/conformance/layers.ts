import type { Tensor } from "@typegrad/autograd";
import * as nn from "@typegrad/nn";
import { make, settings } from "./build.js";
import type { Subject } from "./modules.js";
import { type Case, camelArgs, type Tensors } from "./read-case.js";

type Caller = nn.Module & { forward(...inputs: unknown[]): Tensor };

/** A module whose constructor takes some arguments by position; its inputs are forward's, in their order. */
const plain = (name: string, ...positional: string[]): Subject<Caller> => ({
  build: (args) => {
    const given = positional.map((size) => args[size]).filter((size) => size !== undefined && size !== null);
    return make(nn, name, ...given, settings(args, ...positional));
  },
  forward: (module, inputs) => ({ out: module.forward(...Object.values(inputs)) }),
});

const batchNorm: Subject<nn.BatchNorm1d> = {
  build: ({ num_features: features, momentum, ...args }) =>
    // Here null says something: the average over all batches.
    make(nn, "BatchNorm1d", features, { ...camelArgs(args), ...(momentum !== undefined && { momentum }) }),
  forward: (module, inputs) => {
    const out = module.forward(Object.values(inputs)[0]!);
    return { out, ...Object.fromEntries(module.namedBuffers()) };
  },
};

/** The tensors that a loss is built with: in the file they are parameters or inputs. */
function factors({ tensors }: Case, names: readonly string[]): Tensors {
  const found = names.map((name) => [name, tensors[`param.${name}`] ?? tensors[`input.${name}`]] as const);
  return Object.fromEntries(found.filter((entry): entry is [string, Tensor] => entry[1] !== undefined));
}

const loss = (name: string, ...held: string[]): Subject<Caller> => ({
  build: (args, golden) => make(nn, name, { ...settings(args, ...held), ...camelArgs(factors(golden, held)) }),
  forward: (module, inputs) => {
    const operands = Object.entries(inputs).filter(([input]) => !held.includes(input));
    return { out: module.forward(...operands.map(([, value]) => value)) };
  },
});

const activations = ["ReLU", "GELU", "SiLU", "Tanh", "Sigmoid"];

/** The layers, activations and losses of `nn.*`. */
export const layers: Readonly<Record<string, Subject<Caller> | Subject<nn.BatchNorm1d>>> = {
  "nn.Linear": plain("Linear", "in_features", "out_features"),
  "nn.Embedding": plain("Embedding", "num_embeddings", "embedding_dim"),
  "nn.LayerNorm": plain("LayerNorm", "normalized_shape"),
  "nn.RMSNorm": plain("RMSNorm", "normalized_shape"),
  "nn.Conv1d": plain("Conv1d", "in_channels", "out_channels", "kernel_size"),
  "nn.Conv2d": plain("Conv2d", "in_channels", "out_channels", "kernel_size"),
  "nn.BatchNorm1d": batchNorm,
  "nn.Dropout": plain("Dropout", "p"),
  ...Object.fromEntries(activations.map((name) => [`nn.${name}`, plain(name)])),
  "nn.Softmax": plain("Softmax", "dim"),
  "nn.CrossEntropyLoss": loss("CrossEntropyLoss", "weight"),
  "nn.NLLLoss": loss("NLLLoss", "weight"),
  "nn.MSELoss": loss("MSELoss"),
  "nn.SmoothL1Loss": loss("SmoothL1Loss"),
  "nn.BCEWithLogitsLoss": loss("BCEWithLogitsLoss", "weight", "pos_weight"),
  "nn.KLDivLoss": loss("KLDivLoss"),
};
