import type { GrammaticalNumber } from "./features.js";

/** A personal pronoun as subject. */
export interface PersonalPronoun {
  readonly english: string;
  readonly german: string;
  readonly number: GrammaticalNumber;
}

/** All personal pronouns of the grammar: no "you" (du, ihr, Sie) and no "it" (er, sie, es). */
export const personalPronouns: { readonly [name in "he" | "she" | "we" | "they"]: PersonalPronoun } = {
  he: { english: "he", german: "er", number: "singular" },
  she: { english: "she", german: "sie", number: "singular" },
  we: { english: "we", german: "wir", number: "plural" },
  they: { english: "they", german: "sie", number: "plural" },
};
