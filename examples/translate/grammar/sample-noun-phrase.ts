import type { Draw } from "./draw.js";
import { chance, pick, pickWeighted } from "./draw.js";
import type { GrammaticalNumber, NounClass } from "./features.js";
import type { Adjective } from "./lexicon-adjectives.js";
import { adjectives } from "./lexicon-adjectives.js";
import type { Determiner } from "./lexicon-determiners.js";
import { definiteDeterminers, determinerFits, indefiniteDeterminers, quantifiers } from "./lexicon-determiners.js";
import type { Noun } from "./lexicon-nouns.js";
import { belongsTo, nouns } from "./lexicon-nouns.js";
import { nounSlots, prepositions } from "./lexicon-prepositions.js";
import type { NounPhrase, PrepositionalPhrase } from "./tree.js";

/** Which determiners a noun phrase may have. */
export type Scope = readonly Determiner[];

/** The scopes of the grammar: what may stand beside a negation, and what may not. */
export const scopes: { readonly [name in "definite" | "plain" | "free" | "bareOrDefinite" | "no"]: Scope } = {
  definite: definiteDeterminers,
  plain: [...definiteDeterminers, ...indefiniteDeterminers],
  free: [...definiteDeterminers, ...indefiniteDeterminers, ...quantifiers],
  bareOrDefinite: [...definiteDeterminers, "bare"], // "without a hat" would be "ohne Hut" as well
  no: ["no"],
};

/** What may be drawn beside the noun itself. */
export interface Ornaments {
  /** Percentage of noun phrases with an adjective. */
  readonly adjective: number;
  /** Percentage of noun phrases with an owner. */
  readonly owner: number;
  /** Percentage of noun phrases with a prepositional phrase. */
  readonly phrase: number;
}

/** Ornaments of a noun phrase inside another one. */
const plainOrnaments: Ornaments = { adjective: 30, owner: 0, phrase: 0 };

const weights: { readonly [determiner in Determiner]: number } = {
  the: 20,
  a: 10,
  bare: 8,
  this: 4,
  every: 4,
  no: 1,
  my: 3,
  his: 3,
  her: 3,
  our: 3,
  two: 3,
  three: 3,
  many: 3,
};

/** Draws a noun that passes the test; one that the sentence does not have yet, if there is one. */
export function sampleNoun(draw: Draw, used: Set<Noun>, test: (noun: Noun) => boolean): Noun {
  const all = nouns.filter(test);
  const fresh = all.filter((noun) => !used.has(noun));
  const noun = pick(draw, fresh.length > 0 ? fresh : all);
  used.add(noun);
  return noun;
}

/** Draws everything else of a noun phrase. */
export function sampleNounPhrase(
  draw: Draw,
  used: Set<Noun>,
  noun: Noun,
  scope: Scope,
  ornaments: Ornaments = plainOrnaments,
): NounPhrase {
  const number = noun.mass || chance(draw, 60) ? "singular" : "plural";
  const phrase: NounPhrase = {
    kind: "noun",
    noun,
    number,
    determiner: sampleDeterminer(draw, noun, number, scope),
    adjective: chance(draw, ornaments.adjective) ? pick(draw, adjectivesOf(noun)) : undefined,
    modifier: undefined,
  };
  if (canBeOwned(phrase) && chance(draw, ornaments.owner)) {
    const owner = sampleNoun(draw, used, (other) => belongsTo(other, ["person"]));
    return { ...phrase, modifier: { kind: "genitive", owner: sampleOwner(draw, used, owner) } };
  }
  const slots = nounSlots.filter(({ heads }) => belongsTo(noun, heads));
  if (slots.length > 0 && chance(draw, ornaments.phrase)) {
    const { preposition, classes } = pick(draw, slots);
    const inner = preposition === prepositions.without ? scopes.bareOrDefinite : scopes.plain;
    return {
      ...phrase,
      modifier: { kind: "preposition", phrase: samplePrepositionalPhrase(draw, used, preposition, classes, inner) },
    };
  }
  return phrase;
}

/** Draws a prepositional phrase; nobody sleeps just "in gardens". */
export function samplePrepositionalPhrase(
  draw: Draw,
  used: Set<Noun>,
  preposition: PrepositionalPhrase["preposition"],
  classes: readonly NounClass[],
  scope: Scope,
): PrepositionalPhrase {
  const noun = sampleNoun(draw, used, (other) => belongsTo(other, classes));
  const fitting = belongsTo(noun, ["place"]) ? scope.filter((determiner) => determiner !== "bare") : scope;
  return { preposition, object: sampleNounPhrase(draw, used, noun, fitting) };
}

/** The adjectives that can describe the noun. */
export function adjectivesOf(noun: Noun): readonly Adjective[] {
  return adjectives.filter(({ describes }) => belongsTo(noun, describes));
}

/** The determiners of a scope that fit before the noun in this number. */
export function determinersOf(noun: Noun, number: GrammaticalNumber, scope: Scope): readonly Determiner[] {
  return scope.filter((determiner) => determinerFits(determiner, noun, number));
}

function sampleDeterminer(draw: Draw, noun: Noun, number: GrammaticalNumber, scope: Scope): Determiner {
  return pickWeighted(
    draw,
    determinersOf(noun, number, scope).map((determiner) => [determiner, weights[determiner]]),
  );
}

/** "The dog of the king", but not "my dog of the king"; people only where "of" tells a relation. */
function canBeOwned({ noun, determiner }: NounPhrase): boolean {
  return (determiner === "the" || determiner === "a") && (!belongsTo(noun, ["person"]) || belongsTo(noun, ["kin"]));
}

/** An owner has a determiner: a bare plural shows no genitive in German. */
function sampleOwner(draw: Draw, used: Set<Noun>, owner: Noun): NounPhrase {
  const phrase = sampleNounPhrase(draw, used, owner, scopes.definite);
  return phrase.number === "singular" && phrase.determiner === "the" && chance(draw, 30)
    ? { ...phrase, determiner: "a" }
    : phrase;
}
