import { type Chain, type ChainOperand, words } from "./chain.js";
import { Code } from "./code.js";
import { LaneWriter } from "./lane-writer.js";
import type { LaneNode } from "./lanes.js";
import * as operands from "./operands.js";
import type { Placement } from "./placement.js";

/** The expressions of a chain as instructions. */
export interface ChainLanes {
  readonly nodes: readonly LaneNode[];
  /** The node of each output. */
  readonly results: readonly number[];
  readonly placement: Placement;
  /** Instructions a vector. */
  readonly cost: number;
}

/** An operand with the locals in which it is walked. */
interface Walker extends operands.Cursor, ChainOperand {
  readonly index: number;
  /** The local of the address of the row. */
  readonly row: number;
}

/** Below this many instructions a vector, counting and moving pointers is worth sharing between four vectors. */
const CHEAP = 16;

const [DESCRIPTOR, FROM, TO] = [0, 1, 2];
const PARAMETERS = 4;

/** Writes the function of one chain: loops over rows, in them over vectors, in them the instructions. */
export class ChainWriter {
  readonly #code = new Code(PARAMETERS);
  readonly #walkers: readonly Walker[];
  /** Operands whose elements in a row are not all the same, and those that are not the same in all rows. */
  readonly #moving: readonly Walker[];
  readonly #notFixed: readonly Walker[];
  readonly #lanes: LaneWriter;
  readonly #zero = this.#code.local("v128");
  /** The first of the elements or rows that are still to be done, the one behind the last, and how many are left. */
  readonly #next = this.#code.local("i32");
  readonly #end = this.#code.local("i32");
  readonly #left = this.#code.local("i32");
  readonly #scratch = this.#code.local("i32");

  constructor(
    readonly chain: Chain,
    readonly lanes: ChainLanes,
  ) {
    const local = () => this.#code.local("i32");
    this.#walkers = [...chain.inputs, ...chain.outputs].map((operand, index) => {
      const locals = { pointer: local(), stride: local(), row: local(), vector: this.#code.local("v128") };
      return { ...operand, index, ...locals };
    });
    this.#moving = this.#walkers.filter(({ access }) => access === "unit" || access === "strided");
    this.#notFixed = this.#walkers.filter(({ access }) => access !== "fixed");
    this.#lanes = new LaneWriter(this.#code, lanes.nodes, lanes.placement);
  }

  write(): Uint8Array {
    const { outer } = this.chain;
    for (const { index, stride, pointer, row } of this.#walkers) {
      this.#word(words.stride(outer, index)).set(stride);
      this.#word(words.address(outer, index)).emit("local.tee", pointer).set(row);
    }
    this.#lanes.compute("call", (input) => this.#splat(input));
    this.#code.get(FROM);
    this.#word(words.grain).emit("i32.mul").set(this.#next);
    this.#code.get(TO);
    this.#word(words.grain).emit("i32.mul").set(this.#scratch);
    this.#word(words.total).set(this.#end);
    this.#smaller(this.#scratch, this.#end).set(this.#end);
    this.#code.get(this.#next).get(this.#end).emit("i32.lt_u");
    this.#code.when(() => {
      if (outer === 0) this.#writeStretch();
      else this.#writeRows();
    });
    return this.#code.finish();
  }

  /** The elements next ≤ i < end of the only row. */
  #writeStretch(): void {
    this.#code.get(this.#end).get(this.#next).emit("i32.sub").set(this.#left);
    for (const { pointer, stride } of this.#moving) {
      this.#code.advance(pointer, () => this.#code.get(this.#next).get(stride).emit("i32.mul"));
    }
    this.#writeElements();
  }

  /** The rows next ≤ i < end: runs of rows in the last of the dims around them, at distances that are the same. */
  #writeRows(): void {
    const { outer } = this.chain;
    const code = this.#code;
    const run = code.local("i32");
    code.repeat(() => {
      this.#placeRows(run);
      code.advance(this.#next, () => code.get(run));
      code.repeat(() => {
        for (const { pointer, row } of this.#moving) code.get(row).set(pointer);
        this.#lanes.compute("row", (input) => this.#splat(input));
        this.#word(words.count).set(this.#left);
        this.#writeElements();
        for (const { index, row } of this.#notFixed) {
          code.advance(row, () => this.#word(words.outerStride(outer, index, outer - 1)));
        }
        code.get(run).integer(1).emit("i32.sub").emit("local.tee", run);
      });
      code.get(this.#next).get(this.#end).emit("i32.lt_u");
    });
  }

  /** Sets the addresses of row number `next`, and how many rows follow it at the same distance, itself included. */
  #placeRows(run: number): void {
    const { outer } = this.chain;
    const code = this.#code;
    code.get(this.#next).set(this.#scratch);
    const position = code.local("i32");
    for (const { index, row } of this.#notFixed) this.#word(words.address(outer, index)).set(row);
    for (let dim = outer - 1; dim >= 0; dim--) {
      code.get(this.#scratch);
      this.#word(words.extent(dim)).emit("i32.rem_u").set(position);
      code.get(this.#scratch);
      this.#word(words.extent(dim)).emit("i32.div_u").set(this.#scratch);
      for (const { index, row } of this.#notFixed) {
        code.advance(row, () => {
          this.#word(words.outerStride(outer, index, dim));
          code.get(position).emit("i32.mul");
        });
      }
      if (dim === outer - 1) {
        this.#word(words.extent(dim));
        code.get(position).emit("i32.sub").set(run);
      }
    }
    code.get(this.#end).get(this.#next).emit("i32.sub").set(position);
    this.#smaller(run, position).set(run);
  }

  /** `left` elements from the pointers on: vectors of four, in the end one element at a time, by the same instructions. */
  #writeElements(): void {
    for (const vectors of this.lanes.cost < CHEAP ? [4, 1] : [1]) {
      this.#writeLoop(4 * vectors, () => {
        for (let vector = 0; vector < vectors; vector++) this.#writeVector(4 * vector);
      });
    }
    this.#writeLoop(1, () => this.#writeOne());
  }

  /** `body`, which does `elements` of them, while so many are left. */
  #writeLoop(elements: number, body: () => void): void {
    const code = this.#code;
    const isEnough = () => code.get(this.#left).integer(elements).emit("i32.ge_u");
    isEnough();
    code.when(() => {
      code.repeat(() => {
        body();
        for (const { access, dtype, pointer, stride } of this.#moving) {
          // Vectors of strided elements have moved their pointers on.
          if (access === "unit") code.advance(pointer, () => code.integer(elements * operands.elementBytes[dtype]));
          else if (elements === 1) code.advance(pointer, () => code.get(stride));
        }
        code.get(this.#left).integer(elements).emit("i32.sub").set(this.#left);
        isEnough();
      });
    });
  }

  /** Four elements, `index` behind the pointers. All inputs are loaded before an output that may lie there is stored. */
  #writeVector(index: number): void {
    this.#lanes.begin((input) => {
      const walker = this.#walkers[input]!;
      if (walker.access === "unit") operands.loadNeighbours(this.#code, walker, index, this.#zero);
      else operands.loadStrided(this.#code, walker, this.#zero);
    });
    this.#eachOutput((walker, value) => {
      if (walker.access === "unit") operands.storeNeighbours(this.#code, walker, index, this.#zero, value);
      else operands.storeStrided(this.#code, walker, this.#zero, value);
    });
  }

  #writeOne(): void {
    this.#lanes.begin((input) => this.#splat(input));
    this.#eachOutput((walker, value) => operands.storeOne(this.#code, walker, this.#zero, value));
  }

  #eachOutput(store: (walker: Walker, value: () => void) => void): void {
    this.lanes.results.forEach((node, i) => {
      store(this.#walkers[this.chain.inputs.length + i]!, () => this.#lanes.value(node));
    });
  }

  /** The element of an input at its pointer, or at its row's start where a row has one only. */
  #splat(input: number): void {
    const walker = this.#walkers[input]!;
    const pointer = walker.access === "row" ? walker.row : walker.pointer;
    operands.loadSplat(this.#code, { ...walker, pointer }, this.#zero);
  }

  #word(index: number): Code {
    return this.#code.get(DESCRIPTOR).memory("i32.load", 4 * index);
  }

  /** The smaller of two locals, on the stack. */
  #smaller(a: number, b: number): Code {
    return this.#code.get(a).get(b).get(a).get(b).emit("i32.lt_u").emit("select");
  }
}
