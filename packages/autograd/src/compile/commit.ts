import { Draft } from "./draft.js";
import type { Graph, Instruction, Operand, Value } from "./graph.js";
import { readsWhatItWrites } from "./in-place.js";
import { isWhole, whole } from "./operands.js";
import { Uses } from "./uses.js";

/** A graph whose stores have become instructions. */
export interface Committed {
  readonly instructions: readonly Instruction[];
  readonly results: readonly Operand[];
  /** Computed values that lie at the home of a state from the first write on. */
  readonly homes: ReadonlyMap<Value, Value>;
}

/**
 * Turns the stores, which happen all at once and after everything else, into instructions in an order.
 *
 * The new value of a state is written at its home where no check follows, so that a program that throws leaves the state as
 * it was, and where nobody needs the old value any more; otherwise it is copied there when everything else has run. What
 * results and other stores want of an old value is set aside first.
 */
export function commit(given: Graph): Committed {
  const graph = setAside(given);
  const uses = new Uses(graph);
  const places = new Map(graph.instructions.map((instruction, place) => [instruction, place]));
  const lastCheck = graph.instructions.reduce((last, { checks }, place) => (checks ? place : last), -1);
  const homes = new Map<Value, Value>();
  const copies: Instruction[] = [];
  for (const { state, source } of graph.stores) {
    if (source.value === state && isWhole(source)) continue;
    const { value } = source;
    const [first, ...later] = uses.writers(value);
    const place = first === undefined ? -1 : places.get(first)!;
    const free =
      isWhole(source) && value.dtype === state.dtype && value.origin.kind === "computed" && !homes.has(value);
    // The first instruction that writes the new value may be the last that reads the old one.
    const wanted = uses.readers(state).filter((reader) => reader !== first && places.get(reader)! > place);
    const reads = first?.inputs.some((input) => input.value === state) ?? false;
    const writes = first?.outputs.filter((output) => output.value === value) ?? [];
    const fits = !reads || writes.every((output) => readsWhatItWrites(first!, state, output));
    const isHome = free && first !== undefined && place > lastCheck && wanted.length === 0 && fits;
    if (isHome && later.every((writer) => !writer.inputs.some((input) => input.value === state)))
      homes.set(value, state);
    else copies.push(copy(source, whole(state, source.shape), "assign"));
  }
  return { instructions: [...graph.instructions, ...copies], results: graph.results, homes };
}

function copy(input: Operand, output: Operand, operation: string): Instruction {
  return {
    kernel: "copy",
    inputs: [input],
    outputs: [output],
    updates: false,
    checks: false,
    settings: {},
    run: (target, [from], [to]) => target.copy(from!, to!),
    operation,
  };
}

/** Copies states that change as they are at the beginning, where they are read in the end. */
function setAside(graph: Graph): Graph {
  const changing = new Set(graph.stores.map(({ state }) => state));
  const draft = Draft.of(graph);
  const copies = new Map<Value, Value>();
  const old = (operand: Operand): Operand => {
    const { value } = operand;
    if (!changing.has(value)) return operand;
    const kept = copies.get(value) ?? draft.value(value.dtype, value.size);
    copies.set(value, kept);
    return { ...operand, value: kept };
  };
  const results = graph.results.map(old);
  const stores = graph.stores.map(({ state, source }) => ({
    state,
    source: source.value === state ? source : old(source),
  }));
  const first = [...copies].map(([value, kept]) => copy(whole(value), whole(kept), "assign"));
  return { instructions: [...first, ...graph.instructions], results, stores };
}
