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

/** A case whose rows are all open, and where the rows were from which all was hidden. */
export interface Opened {
  readonly golden: Case;
  /** Whether all was hidden from a query in some heads but not in all, so that its output is neither here nor there. */
  readonly mixed: boolean;
}

/**
 * All that hides keys (true, or −∞) as one mask without full rows, and what is added to the other scores.
 * @param parts masks that broadcast to `shape`, [.., T, S]
 */
function combine(parts: readonly (Tensor | undefined)[], shape: readonly number[], causal: boolean) {
  const [rows, columns] = shape.slice(-2) as [number, number];
  let hidden = zeros(shape, { dtype: "bool" });
  let bias: Tensor | null = null;
  for (const part of parts) {
    if (part === undefined) continue;
    const hides = part.dtype === "bool" ? part : part.eq(Number.NEGATIVE_INFINITY);
    hidden = logicalOr(hidden, hides);
    if (part.dtype === "bool") continue;
    const rest: Tensor = where(hides, 0, part.detach());
    bias = bias === null ? rest : bias.add(rest);
  }
  if (causal) hidden = logicalOr(hidden, arange(columns).gt(arange(rows).reshape([rows, 1])));
  const full = hidden.all(-1, { keepdim: true });
  return { hidden: hidden.logicalAnd(full.logicalNot()), bias, full };
}

/** The same case with nothing hidden from the rows from which all was, or `null` where that is not known. */
export function withRowsOpened(golden: Case): Opened | null {
  if (golden.isOp) return { golden: openedOp(golden), mixed: false };
  const { subject, args } = golden;
  const appends = args.add_bias_kv === true || args.add_zero_attn === true;
  return subject === "nn.MultiheadAttention" && !appends ? openedModule(golden) : null;
}

const replaced = (golden: Case, args: Case["args"], inputs: Tensors): Case => ({ ...golden, args, inputs });

function openedOp(golden: Case): Case {
  const { key_padding_mask: padding, masked, bias, ...rest } = golden.inputs as Tensors & { q: Tensor; k: Tensor };
  const shape = [...rest.q.shape.slice(0, -1), rest.k.shape.at(-2)!]; // [B, H, T, S]
  const keys = padding?.reshape([shape[0]!, 1, 1, shape[3]!]);
  const found = combine([masked, bias, keys], shape, golden.args.is_causal === true);
  const inputs = { ...rest, masked: found.hidden, ...(found.bias && { bias: found.bias }) };
  return replaced(golden, { ...golden.args, is_causal: false }, inputs);
}

function openedModule(golden: Case): Opened {
  const { args, inputs } = golden;
  const { key_padding_mask: padding, attn_mask: mask, ...rest } = inputs;
  const { query, key = query } = rest as { query: Tensor; key?: Tensor };
  const [batch, time] = query.ndim === 2 ? [null, 0] : args.batch_first === true ? [0, 1] : [1, 0];
  const items = batch === null ? 1 : query.shape[batch]!;
  const heads = Number(args.num_heads);
  const [rows, columns] = [query.shape[time]!, key!.shape[time]!];
  const shape = [items * heads, rows, columns];
  // [B, S] or [S] to [B · H, 1, S], item-major as the mask.
  const keys = padding?.reshape([items, 1, columns]).expand([items, heads, columns]).reshape([-1, 1, columns]);
  const { hidden, bias, full } = combine([mask, keys], shape, false);
  const scores = where(hidden, Number.NEGATIVE_INFINITY, bias ?? zeros([], { dtype: query.dtype }));
  const opened = { ...rest, attn_mask: bias === null ? hidden : scores };
  const byHead = full.reshape([items, heads, rows]);
  const mixed = byHead.any(1).ne(byHead.all(1)).any().item() === 1;
  return { golden: replaced(golden, args, opened), mixed };
}

/** What an output is where the file has NaN: attention gives 0, and a module its last bias. */
function outputIn(golden: Case, name: string, index: number, mixed: boolean): number | null {
  const perHead = golden.isOp || (name.endsWith("weights") && golden.call.average_attn_weights === false);
  if (perHead) return 0;
  if (golden.subject !== "nn.MultiheadAttention" || mixed) return null;
  if (name.endsWith("weights")) return 0;
  const bias = golden.tensors["param.out_proj.bias"]?.data;
  return bias === undefined ? 0 : bias[index % bias.length]!;
}

/**
 * How values agree in a case with such rows: what is finite in the file as ever, NaN there with what is right here.
 * @param opened the case with the rows opened, and what was computed for it, by name
 */
export function agreementWithFullRows(
  golden: Case,
  name: string,
  opened: Opened | null,
  found: Readonly<Record<string, Tensor | null>>,
): Agreement {
  const derivative = !name.startsWith("output.") || name === "output.penalty";
  const reference = found[name];
  const rightAt = (index: number): number | null => {
    if (!derivative) return outputIn(golden, name, index, opened?.mixed ?? true);
    if (opened === null) return null;
    // A gradient that nothing reached is one of zeros.
    return reference?.data[index] ?? 0;
  };
  return (actual, expected, index) => {
    if (!Number.isNaN(expected)) return close(actual, expected, golden);
    const right = rightAt(index);
    return right === null ? Number.isFinite(actual) : close(actual, right, golden);
  };
}
