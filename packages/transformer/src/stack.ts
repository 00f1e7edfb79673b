import { checkOptions, type Tensor } from "@typegrad/autograd";
import { LayerNorm, Module, ModuleList } from "@typegrad/nn";
import { checkLayers, type LayerOptions, layerOptions } from "./layer.js";

/** What a stack of layers is made of. */
export interface StackOptions extends LayerOptions {
  /** The number of layers N. */
  readonly numLayers: number;
  /** A norm behind the last layer. Default false: the paper's post-norm model has none. */
  readonly finalNorm?: boolean;
}

const stackOptions = [...layerOptions, "numLayers", "finalNorm"];

/** N layers, one on the other, and a norm behind them, if wanted: what encoder and decoder share. */
export abstract class LayerStack<Layer extends Module> extends Module {
  /** The N layers, the first at index 0. */
  layers: ModuleList<Layer>;
  /** The norm behind the last layer; null without `finalNorm`. */
  norm: LayerNorm | null;

  constructor(name: string, options: StackOptions, newLayer: (options: LayerOptions) => Layer) {
    super();
    checkOptions(name, options, stackOptions);
    const { numLayers, finalNorm = false, ...layer } = options;
    const count = checkLayers(name, numLayers);
    this.layers = new ModuleList(Array.from({ length: count }, () => newLayer(layer)));
    this.norm = finalNorm ? new LayerNorm(options.dModel, { eps: options.layerNormEps ?? 1e-5 }) : null;
  }

  /** x through all layers and the norm, and the attention weights of those layers that give them. */
  protected through<Weights>(
    x: Tensor,
    run: (layer: Layer, x: Tensor) => Tensor | [Tensor, Weights],
  ): [Tensor, Weights[]] {
    const all: Weights[] = [];
    let value = x;
    for (const layer of this.layers) {
      const result = run(layer, value);
      if (!Array.isArray(result)) value = result;
      else {
        value = result[0];
        all.push(result[1]);
      }
    }
    return [this.norm === null ? value : this.norm.forward(value), all];
  }
}
