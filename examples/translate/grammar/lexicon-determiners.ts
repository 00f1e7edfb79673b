import type { GrammaticalNumber } from "./features.js";
import type { Noun } from "./lexicon-nouns.js";
import { belongsTo } from "./lexicon-nouns.js";

/** What opens a noun phrase; "bare" is nothing at all, before plurals and mass nouns. */
export type Determiner =
  | "the"
  | "a"
  | "bare"
  | "this"
  | "every"
  | "no"
  | "my"
  | "his"
  | "her"
  | "our"
  | "two"
  | "three"
  | "many";

/** Determiners that point at something known: these never interact with a negation. */
export const definiteDeterminers: readonly Determiner[] = ["the", "this", "my", "his", "her", "our"];

/** Determiners that "not" turns into "kein" when they stand before the object. */
export const indefiniteDeterminers: readonly Determiner[] = ["a", "bare"];

/** Determiners whose meaning beside a negation would be ambiguous; no negative clause has one. */
export const quantifiers: readonly Determiner[] = ["every", "two", "three", "many"];

/** Whether the determiner can stand before this noun in this number. */
export function determinerFits(determiner: Determiner, noun: Noun, number: GrammaticalNumber): boolean {
  switch (determiner) {
    case "a":
    case "every":
      return number === "singular" && !noun.mass;
    case "bare":
      return number === "plural" || noun.mass;
    case "two":
    case "three":
    case "many":
      return number === "plural";
    case "my":
    case "his":
    case "her":
    case "our":
      return belongsTo(noun, ["relatable"]) || !belongsTo(noun, ["person"]);
    default:
      return true;
  }
}
