import { logicalNot, scaledDotProductAttention, type Tensor } from "@typegrad/autograd";
import type { Args, Tensors } from "./read-case.js";

/** The op with PyTorch's masks, which are true where one may not attend. */
export function attention({ q, k, v, masked, bias, key_padding_mask: padding }: Tensors, args: Args): Tensors {
  let mask: Tensor | null = masked ? logicalNot(masked) : null;
  if (padding) {
    const open = logicalNot(padding).reshape([padding.shape[0]!, 1, 1, padding.shape[1]!]); // [B, 1, 1, S]
    mask = mask === null ? open : mask.logicalAnd(open);
  }
  const [out, weights] = scaledDotProductAttention(q!, k!, v!, {
    mask,
    bias: bias ?? null,
    causal: args.is_causal === true,
    ...(typeof args.scale === "number" && { scale: args.scale }),
    needWeights: true,
  });
  return { out, weights };
}
