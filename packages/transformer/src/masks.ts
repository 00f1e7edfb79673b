import { ones, type Tensor } from "@typegrad/autograd";

/** bool [n, n], true where j ≤ i: position i may attend to itself and to what came before. */
export const causalMask = (n: number): Tensor => ones([n, n]).tril().ne(0);

/** bool of the ids' shape, [B, S]: true at real tokens, which may be attended to. */
export const paddingMask = (ids: Tensor, padId: number): Tensor => ids.ne(padId);
