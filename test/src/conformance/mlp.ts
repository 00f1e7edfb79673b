import type { Tensor } from "@typegrad/autograd";
import * as autograd from "@typegrad/autograd";
import * as nn from "@typegrad/nn";
import type { Subject } from "./modules.js";
import { lookUp } from "./not-built.js";
import { camelCase } from "./read-case.js";

/** fc2(activation(fc1(x))), which the second-order cases use. */
class MLP extends nn.Module {
  fc1: nn.Linear;
  fc2: nn.Linear;

  constructor(
    [inner, middle, outer]: readonly [number, number, number],
    readonly activation: (x: Tensor) => Tensor,
  ) {
    super();
    this.fc1 = new nn.Linear(inner, middle);
    this.fc2 = new nn.Linear(middle, outer);
  }

  forward(x: Tensor): Tensor {
    return this.fc2.forward(this.activation(this.fc1.forward(x)));
  }
}

export const mlp: Subject<MLP> = {
  build: ({ sizes, activation = "tanh" }) =>
    new MLP(sizes as [number, number, number], lookUp<(x: Tensor) => Tensor>(autograd, camelCase(String(activation)))),
  forward: (module, { x }) => ({ out: module.forward(x!) }),
};
