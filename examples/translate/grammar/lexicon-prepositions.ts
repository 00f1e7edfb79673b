import type { Case, NounClass } from "./features.js";

/** A preposition; the German one governs a fixed case here. */
export interface Preposition {
  readonly english: string;
  readonly german: string;
  readonly case: Case;
}

/** A place for a prepositional phrase: which preposition, and which nouns may follow it. */
export interface Slot {
  readonly preposition: Preposition;
  readonly classes: readonly NounClass[];
}

/** All prepositions of the grammar but "of", which is the German genitive. */
export const prepositions: {
  readonly [name in "in" | "behind" | "to" | "with" | "from" | "for" | "without"]: Preposition;
} = {
  in: { english: "in", german: "in", case: "dative" }, // always the place where, never the way into
  behind: { english: "behind", german: "hinter", case: "dative" },
  to: { english: "to", german: "zu", case: "dative" },
  with: { english: "with", german: "mit", case: "dative" },
  from: { english: "from", german: "aus", case: "dative" },
  for: { english: "for", german: "für", case: "accusative" },
  without: { english: "without", german: "ohne", case: "accusative" },
};

/** Prepositional phrases that belong to the verb. */
export const verbSlots: {
  readonly [name in
    | "in"
    | "arrivalIn"
    | "behind"
    | "to"
    | "forSomebody"
    | "forSomething"
    | "withSomebody"
    | "withSomething"]: Slot;
} = {
  in: { preposition: prepositions.in, classes: ["place"] },
  arrivalIn: { preposition: prepositions.in, classes: ["arrival"] },
  behind: { preposition: prepositions.behind, classes: ["landmark"] },
  to: { preposition: prepositions.to, classes: ["goal", "person"] },
  forSomebody: { preposition: prepositions.for, classes: ["person"] },
  forSomething: { preposition: prepositions.for, classes: ["portable"] },
  withSomebody: { preposition: prepositions.with, classes: ["person", "animal"] },
  withSomething: { preposition: prepositions.with, classes: ["portable", "drink"] },
};

/** A prepositional phrase that belongs to a noun, with the classes of that noun. */
export interface NounSlot extends Slot {
  readonly heads: readonly NounClass[];
}

/** Prepositional phrases that belong to a noun. */
export const nounSlots: readonly NounSlot[] = [
  { preposition: prepositions.with, classes: ["portable", "drink", "animal"], heads: ["person"] },
  { preposition: prepositions.without, classes: ["portable", "animal"], heads: ["person"] },
  { preposition: prepositions.from, classes: ["origin"], heads: ["person", "animal"] },
];

/** German writes these pairs of preposition and article as one word. */
export const contractions: ReadonlyMap<string, string> = new Map([
  ["in dem", "im"],
  ["zu dem", "zum"],
  ["zu der", "zur"],
]);
