import { describe, expect, test } from "@jest/globals";
import { compile, noGrad, ones, randn, type Tensor, tensor, zeros } from "@typegrad/autograd";
import {
  Buffer,
  Dropout,
  LayerNorm,
  Linear,
  Module,
  ModuleList,
  Parameter,
  Sequential,
  snakeCase,
} from "../src/index.js";

class Two extends Module {
  firstLayer = new Linear(3, 5);
  layers = new ModuleList([new Linear(5, 5, { bias: false }), new LayerNorm(5)]);
  runningMean = Buffer(zeros([5]));
  steps = Buffer(zeros([], { dtype: "int32" }));
  table = Buffer(zeros([2]), { persistent: false });
  shared = this.firstLayer;
  scales = [new Parameter(ones([2])), new Parameter(ones([3]))];
  dropout = [new Dropout(0.5)];
  forward(x: Tensor): Tensor {
    return this.firstLayer.forward(x);
  }
}

const weights = (layer: Linear): unknown => layer.weight.toArray();

describe("keys", () => {
  test("are PyTorch's; a shared parameter has all of its keys in the state-dict and comes once in parameters()", () => {
    const model = new Two();
    const first = ["first_layer.weight", "first_layer.bias"];
    const layers = ["layers.0.weight", "layers.1.weight", "layers.1.bias"];
    const scales = ["scales.0", "scales.1"];
    expect(Object.keys(model.stateDict())).toEqual([
      ...scales,
      ...["running_mean", "steps"],
      ...first,
      ...layers,
      ...["shared.weight", "shared.bias"],
    ]);
    expect(model.namedParameters().map(([key]) => key)).toEqual([...scales, ...first, ...layers]);
    expect(model.namedBuffers().map(([key]) => key)).toEqual(["running_mean", "steps", "table"]);
    expect(model.namedParameters({ recurse: false }).map(([key]) => key)).toEqual(scales);
    expect(snakeCase("inProjWeight")).toBe("in_proj_weight");
  });

  test("name every module once", () => {
    const model = new Two();
    const paths = ["", "first_layer", "layers", "layers.0", "layers.1", "dropout.0"];
    expect(model.namedModules().map(([path]) => path)).toEqual(paths);
    expect([...model.namedChildren()].map(([name]) => name)).toEqual(["firstLayer", "layers", "dropout.0"]);
    expect([model.modules().length, model.children().length]).toEqual([6, 3]);
  });
});

describe("a state-dict", () => {
  test("shares no memory and loads back", () => {
    const model = new Two();
    const state = model.stateDict();
    const before = state["first_layer.bias"]!.toArray();
    noGrad(() => model.firstLayer.bias!.assign(ones([5])));
    expect(state["first_layer.bias"]!.toArray()).toEqual(before);
    model.loadStateDict(state);
    expect(model.firstLayer.bias!.toArray()).toEqual(before);
    noGrad(() => state["first_layer.bias"]!.assign(ones([5])));
    expect(model.firstLayer.bias!.toArray()).toEqual(before);
  });

  test("loads a shared parameter by any of its keys", () => {
    const model = new Two();
    const { "first_layer.weight": weight, ...rest } = model.stateDict();
    model.loadStateDict({ ...rest, "shared.weight": weight!.add(1) });
    expect(weights(model.firstLayer)).toEqual(weight!.add(1).toArray());
  });

  test("that does not fit changes nothing", () => {
    const model = new Two();
    const before = model.firstLayer.bias!.toArray();
    const state = { ...model.stateDict(), "first_layer.bias": ones([5]), "layers.0.weight": ones([2, 2]) };
    expect(() => model.loadStateDict(state)).toThrow(/layers.0.weight has another shape\ngot: \[2, 2\] for \[5, 5\]/);
    const { "first_layer.bias": _, "shared.bias": __, ...missing } = model.stateDict();
    expect(() => model.loadStateDict({ ...missing, extra: ones([1]) })).toThrow(
      /missing: first_layer.bias, shared.bias; unexpected: extra/,
    );
    for (const value of [undefined, null, [1, 2]]) {
      const dict = { ...model.stateDict(), "first_layer.bias": ones([5]), "layers.0.weight": value as never };
      expect(() => model.loadStateDict(dict)).toThrow(/layers.0.weight is not a tensor\ngot: /);
    }
    expect(model.firstLayer.bias!.toArray()).toEqual(before);
    model.loadStateDict({ "first_layer.bias": ones([5]) }, { strict: false });
    expect(model.firstLayer.bias!.toArray()).toEqual([1, 1, 1, 1, 1]);
  });
});

describe("modes and dtypes", () => {
  test("train and eval reach all below, training the module itself", () => {
    const model = new Two();
    expect(
      model
        .eval()
        .modules()
        .map(({ training }) => training),
    ).toEqual(Array(6).fill(false));
    model.training = true;
    expect(model.modules().map(({ training }) => training)).toEqual([true, ...Array(5).fill(false)]);
    expect(
      model
        .train()
        .modules()
        .every(({ training }) => training),
    ).toBe(true);
  });

  test("to converts parameters with their gradients and float buffers, keeps integers and what is shared", () => {
    const model = new Two();
    model
      .forward(ones([2, 3]))
      .sum()
      .backward();
    model.layers.at(0)!.parameters()[0]!.requiresGrad = false;
    model.to("float64");
    expect(model.shared.weight).toBe(model.firstLayer.weight);
    expect(new Set(model.parameters().map(({ dtype }) => dtype))).toEqual(new Set(["float64"]));
    expect(model.firstLayer.bias!.grad!.dtype).toBe("float64");
    expect(model.firstLayer.bias!.grad!.toArray()).toEqual([2, 2, 2, 2, 2]);
    expect(model.layers.at(0)!.parameters()[0]!.requiresGrad).toBe(false);
    expect(model.namedBuffers().map(([key, { dtype }]) => [key, dtype])).toEqual([
      ["running_mean", "float64"],
      ["steps", "int32"],
      ["table", "float64"],
    ]);
    expect(Object.keys(model.stateDict())).not.toContain("table");
    model.zeroGrad();
    expect(model.parameters().every(({ grad }) => grad === null)).toBe(true);
  });

  test("apply calls every module once, those below first", () => {
    const names: string[] = [];
    new Two().apply((module) => names.push(module.constructor.name));
    expect(names).toEqual(["Linear", "Linear", "LayerNorm", "ModuleList", "Dropout", "Two"]);
  });
});

describe("a frozen parameter", () => {
  test("gets no gradient, and the others theirs", () => {
    const layer = new Linear(3, 2);
    layer.weight.requiresGrad = false;
    layer
      .forward(ones([5, 3]))
      .sum()
      .backward();
    expect(layer.weight.grad).toBeNull();
    expect(layer.bias!.grad!.toArray()).toEqual([5, 5]);
  });

  test("leaves nothing to differentiate when all are frozen", () => {
    const layer = new Linear(3, 2);
    for (const parameter of layer.parameters()) parameter.requiresGrad = false;
    expect(layer.forward(ones([5, 3])).requiresGrad).toBe(false);
  });
});

describe("a buffer", () => {
  test("is a copy, gets no gradient, and is written by assign", () => {
    const given = tensor([1, 2]);
    const state = Buffer(given);
    noGrad(() => state.assign(tensor([3, 4])));
    expect([given.toArray(), state.requiresGrad]).toEqual([[1, 2], false]);
    const x = tensor([1, 2], { requiresGrad: true });
    expect(Buffer(x.mul(2)).isLeaf).toBe(true);
  });
});

describe("a forward hook", () => {
  const doubling = (_: Module, __: readonly unknown[], output: Tensor): Tensor => output.mul(2);

  test("sees module, inputs and output, in the order of registration; what it returns takes the output's place", () => {
    const layer = new Linear(3, 2);
    const x = randn([5, 3]);
    const plain = layer.forward(x).toArray();
    const seen: unknown[] = [];
    layer.registerForwardHook((module, inputs, output: Tensor) => {
      seen.push(module === layer, inputs.length, inputs[0] === x, output.toArray());
    });
    layer.registerForwardHook(doubling);
    layer.registerForwardHook((_, __, output: Tensor) => void seen.push(output.toArray()));
    const twice = layer.forward(x);
    expect(seen).toEqual([true, 1, true, plain, twice.toArray()]);
    expect(twice.div(2).toArray()).toEqual(plain);
  });

  test("is reached through the modules above, and its output is differentiated", () => {
    const inner = new Linear(3, 2);
    const model = new Sequential(inner, new Linear(2, 2, { bias: false }));
    noGrad(() =>
      model
        .at(1)!
        .parameters()[0]!
        .assign(ones([2, 2])),
    );
    inner.registerForwardHook(doubling);
    model
      .forward(ones([1, 3]))
      .sum()
      .backward();
    expect(inner.bias!.grad!.toArray()).toEqual([4, 4]);
  });

  test("is removed by what registering returns, each on its own; a null output is one", () => {
    const layer = new Dropout(0);
    const removers = [layer.registerForwardHook(doubling), layer.registerForwardHook(doubling)];
    const value = () => layer.forward(tensor([1])).item();
    expect(value()).toBe(4);
    removers[0]!();
    removers[0]!();
    expect(value()).toBe(2);
    removers[1]!();
    expect(value()).toBe(1);
    layer.registerForwardHook(() => null);
    expect(layer.forward(tensor([1]))).toBeNull();
  });

  test("that another hook adds or removes counts from the next call on", () => {
    const layer = new Dropout(0);
    const counts = { late: 0, removed: 0 };
    layer.registerForwardHook(() => {
      remove();
      layer.registerForwardHook(() => void counts.late++);
    });
    const remove = layer.registerForwardHook(() => void counts.removed++);
    layer.forward(ones([1]));
    expect(counts).toEqual({ late: 0, removed: 1 });
    layer.forward(ones([1]));
    expect(counts).toEqual({ late: 1, removed: 1 });
  });

  test("is neither a parameter nor a child, and works on a forward that is a field", () => {
    class Arrow extends Module {
      forward = (x: Tensor): Tensor => x.add(1);
    }
    const module = new Arrow();
    module.registerForwardHook(doubling);
    expect(module.forward(tensor([1])).item()).toBe(4);
    expect([module.children(), Object.keys(module.stateDict())]).toEqual([[], []]);
  });
});

describe("containers", () => {
  test("have a length, positions, iteration, append and extend", () => {
    const [a, b, c, d] = [new Linear(2, 2), new Dropout(0), new Dropout(0.1), new Dropout(0.2)];
    const list = new ModuleList<Module>([a!]).append(b!).extend([c!, d!]);
    expect([list.length, list.at(0) === a, list.at(-1) === d, list.at(4)]).toEqual([4, true, true, undefined]);
    expect([...list]).toEqual([a, b, c, d]);
    const row = new Sequential(b!).append(new Linear(2, 7));
    expect(row.forward(ones([3, 2])).shape).toEqual([3, 7]);
    expect(Object.keys(row.stateDict())).toEqual(["1.weight", "1.bias"]);
  });

  test("may be extended by a class with parameters of its own", () => {
    class Scaled extends Sequential {
      scale = new Parameter(tensor(2));
      override forward(x: Tensor): Tensor {
        return super.forward(x).mul(this.scale);
      }
    }
    const model = new Scaled(new Dropout(0), new Linear(2, 2));
    expect(Object.keys(model.stateDict())).toEqual(["scale", "1.weight", "1.bias"]);
    expect(new Scaled(new Dropout(0)).forward(tensor([3])).item()).toBe(6);
  });
});

describe("printing", () => {
  test("shows the tree, with what there is to say of each module", () => {
    expect(String(new Two())).toBe(
      [
        "Two(",
        "  (firstLayer): Linear(inFeatures=3, outFeatures=5, bias=true)",
        "  (layers): ModuleList(",
        "    (0): Linear(inFeatures=5, outFeatures=5, bias=false)",
        "    (1): LayerNorm([5], eps=0.00001, elementwiseAffine=true)",
        "  )",
        "  (shared): Linear(inFeatures=3, outFeatures=5, bias=true)",
        "  (dropout.0): Dropout(p=0.5)",
        ")",
      ].join("\n"),
    );
  });

  test("puts what there is to say before the children, and nothing between empty brackets", () => {
    class Labelled extends Module {
      inner = new Sequential();
      forward(): void {}
      protected override extraRepr(): string {
        return "label=1";
      }
    }
    expect(String(new Labelled())).toBe("Labelled(\n  label=1\n  (inner): Sequential()\n)");
  });
});

describe("a compiled function that sets the mode", () => {
  const dropout = new Dropout(0.5);
  let fails = true;
  const f = compile((x: Tensor) => {
    dropout.eval();
    if (fails) throw new Error("half way");
    return dropout.forward(x);
  });

  test("leaves it alone where it throws while it is traced", () => {
    expect(() => f(ones([4]))).toThrow("half way");
    expect(dropout.training).toBe(true);
  });

  test("sets it at each call", () => {
    fails = false;
    for (let call = 0; call < 2; call++) {
      dropout.train();
      expect(f(ones([4])).toArray()).toEqual([1, 1, 1, 1]);
      expect(dropout.training).toBe(false);
    }
  });
});
