import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Tensor, where, zeros } from "@typegrad/autograd";
import { readSafetensors, writeSafetensors } from "@typegrad/nn";

type Tensors = Record<string, Tensor>;
type Change = (tensors: Tensors, args: Record<string, unknown>) => void;

const folder = fileURLToPath(new URL("../../../golden/", import.meta.url));

/** A file of golden values with changes that are known to leave its values, or what it keeps of them, right. */
export function derived(file: string, change: Change): Uint8Array {
  const { tensors, metadata } = readSafetensors(readFileSync(`${folder}${file}.safetensors`));
  const args = JSON.parse(metadata.args!) as Record<string, unknown>;
  const changed = { ...tensors };
  change(changed, args);
  return writeSafetensors(changed, { ...metadata, args: JSON.stringify(args) });
}

const minusInfinity = (hidden: Tensor): Tensor =>
  where(hidden, Number.NEGATIVE_INFINITY, zeros([], { dtype: "float64" }));

/** Boolean masks become numbers to add: −∞ where they hide. */
export const floatMasks: Change = (tensors) => {
  for (const [name, x] of Object.entries(tensors)) if (x.dtype === "bool") tensors[name] = minusInfinity(x);
};

/** A mask for all becomes one for each head of each item, and a float. */
export const maskByHead: Change = (tensors, { batch_first: first, num_heads: heads }) => {
  const mask = tensors["input.attn_mask"]!;
  const items = tensors["input.query"]!.shape[first === true ? 0 : 1]!;
  tensors["input.attn_mask"] = minusInfinity(mask.unsqueeze(0).expand([items * Number(heads), ...mask.shape]));
};

/** Item `n` alone, without a batch; gradients of parameters are sums over items, so these go. */
export const alone =
  (n: number): Change =>
  (tensors, args) => {
    const batch = args.batch_first === true ? 0 : 1;
    for (const [name, x] of Object.entries(tensors)) {
      if (name.startsWith("grad.param.")) delete tensors[name];
      if (!/^(input|output|cotangent|grad\.input)\./.test(name)) continue;
      if (/key_padding_mask$|weights$/.test(name)) tensors[name] = x.select(0, n);
      else if (x.ndim === 3) tensors[name] = x.select(batch, n);
    }
  };

/** Key/value heads that several heads share become one for each; their gradients are sums over these, so they go. */
export const ungrouped: Change = (tensors, args) => {
  const [heads, groups] = [Number(args.num_attention_heads), Number(args.num_key_value_heads)];
  args.num_key_value_heads = heads;
  for (const [name, x] of Object.entries(tensors)) {
    if (!/[kv]_proj.weight$/.test(name)) continue;
    const [rows, width] = x.shape as [number, number];
    const each = x.reshape([groups, 1, rows / groups, width]).expand([groups, heads / groups, rows / groups, width]);
    if (name.startsWith("grad.")) delete tensors[name];
    else tensors[name] = each.reshape([(rows * heads) / groups, width]);
  }
};
