import { arange, logicalOr, type Tensor, where, zeros } from "@typegrad/autograd";
import { type Agreement, close } from "./compare.js";
import type { Case, Tensors } from "./read-case.js";

/*
 * PyTorch gives NaN to a query that may attend to nothing, and from there to every gradient; here it gets zeros and
 * passes on a gradient of zero. Cases with such rows are tagged "nan": what is finite in the file must agree as ever,
 * and for the rest this file knows what to expect. The cotangents of those rows are 0, so that the right gradients are
 * those of the same case with the rows opened: whatever they then attend to, nothing comes back from them.
 */

const attends = ({ subject }: Case): boolean => /[aA]ttention|Transformer/.test(subject);

/** Whether NaN in this file stands for rows that may attend to nothing. */
export const hasFullRows = (golden: Case): boolean => golden.tags.includes("nan") && attends(golden);

const minusInfinity = (x: Tensor): Tensor => x.eq(Number.NEGATIVE_INFINITY);

/** All that hides keys as one mask, and what is added to the other scores. */
function combine(golden: Case, mask: Tensor | undefined, shape: readonly number[], perItem: readonly number[]) {
  const [rows, columns] = shape.slice(-2) as [number, number];
  let hidden = zeros(shape, { dtype: "bool" });
  let bias: Tensor | null = null;
  const hide = (x: Tensor): void => {
    hidden = logicalOr(hidden, x);
  };
  for (const part of [mask, golden.inputs.bias]) {
    if (part === undefined) continue;
    hide(part.dtype === "bool" ? part : minusInfinity(part));
    if (part.dtype !== "bool") bias = where(minusInfinity(part), 0, part);
  }
  const padding = golden.inputs.key_padding_mask;
  if (padding) hide((padding.dtype === "bool" ? padding : minusInfinity(padding)).reshape(perItem));
  if (golden.args.is_causal === true) hide(arange(columns).gt(arange(rows).reshape([rows, 1])));
  const open = hidden.logicalAnd(hidden.all(-1, { keepdim: true }).logicalNot());
  return { open, bias: bias as Tensor | null };
}

/** The same case with nothing hidden from the rows from which all was, or `null` where that is not known. */
export function withRowsOpened(golden: Case): Case | null {
  const { inputs, args } = golden;
  const { key_padding_mask: padding, attn_mask: attentionMask, masked, bias: _, ...rest } = inputs;
  const swapIn = (replaced: Tensors): Case => ({
    ...golden,
    args: golden.isOp ? { ...args, is_causal: false } : args,
    inputs: { ...rest, ...replaced },
  });
  if (golden.isOp) {
    const { q, k } = inputs as { q: Tensor; k: Tensor };
    const shape = [...q.shape.slice(0, -1), k.shape.at(-2)!]; // [B, H, T, S]
    const { open, bias } = combine(golden, masked, shape, [shape[0]!, 1, 1, shape[3]!]);
    return swapIn({ masked: open, ...(bias && { bias: bias.detach() }) });
  }
  const { query, key = query } = inputs as { query: Tensor; key?: Tensor };
  const float = padding !== undefined && padding.dtype !== "bool";
  if (golden.subject !== "nn.MultiheadAttention" || query.ndim !== 3 || float) return null;
  const [batch, time] = args.batch_first === true ? [0, 1] : [1, 0];
  const heads = Number(args.num_heads);
  const shape = [query.shape[batch]! * heads, query.shape[time]!, key!.shape[time]!]; // [B · H, T, S]
  const wide = padding?.unsqueeze(1).expand([-1, heads, -1]);
  const flat = { ...golden, inputs: wide ? { key_padding_mask: wide } : {} };
  const { open, bias } = combine(flat, attentionMask, shape, [shape[0]!, 1, shape[2]!]);
  const scores = where(open, Number.NEGATIVE_INFINITY, bias ?? zeros([], { dtype: query.dtype }));
  return swapIn({ attn_mask: bias === null ? open : scores });
}

/** What an output is where the file has NaN: attention gives 0, and a module its last bias. */
function outputIn(golden: Case, name: string, index: number): number | null {
  if (golden.isOp || name.endsWith("weights")) return 0;
  if (golden.subject !== "nn.MultiheadAttention") return null;
  const bias = golden.tensors["param.out_proj.bias"]?.data;
  return bias === undefined ? 0 : bias[index % bias.length]!;
}

/**
 * How values agree in a case with such rows.
 * @param opened the gradients of the case with the rows opened, by name
 */
export function agreementWithFullRows(golden: Case, name: string, opened: Tensor | null | undefined): Agreement {
  return (actual, expected, index) => {
    if (!Number.isNaN(expected)) return close(actual, expected, golden);
    const own = name.startsWith("output.") ? outputIn(golden, name, index) : (opened?.data[index] ?? null);
    return own === null ? Number.isFinite(actual) : close(actual, own, golden);
  };
}
