import { adverbs } from "./lexicon-adverbs.js";
import { modals } from "./lexicon-modals.js";
import type { Noun } from "./lexicon-nouns.js";
import { nouns } from "./lexicon-nouns.js";
import { personalPronouns } from "./lexicon-pronouns.js";
import { takesObject, takesSubject, verbs } from "./lexicon-verbs.js";
import { adjectivesOf, determinersOf, scopes } from "./sample-noun-phrase.js";

/**
 * A lower bound of the number of different sentences, by counting a part of the grammar exactly: an adverb or
 * none; subject, verb and one accusative object, both with a determiner or none and an adjective or none, nothing
 * denied; no because-clause, or one of a pronoun and an intransitive verb. All these sentences differ in a word
 * and fit into `maxTokens`; owners, places, relative clauses and the rest come on top.
 */
export function countSentences(): bigint {
  const reasons = size(personalPronouns) * modes * verbs.filter(({ frame }) => frame === "intransitive").length;
  return BigInt(1 + size(adverbs)) * BigInt(countPlainClauses()) * BigInt(1 + reasons);
}

/** Present, perfect and the modal verbs. */
const modes = 2 + Object.keys(modals).length;

/** The number of positive clauses of a subject, a verb with an accusative object, and that object. */
export function countPlainClauses(): number {
  const transitive = verbs.filter(({ frame }) => frame === "accusative");
  const perVerb = transitive.map((verb) => {
    const subjects = nouns.filter((noun) => takesSubject(verb, noun));
    const objects = nouns.filter((noun) => takesObject(verb, noun));
    return sum(
      subjects.map((subject) => {
        const others = objects.filter((object) => object !== subject);
        return countNounPhrases(subject) * sum(others.map(countNounPhrases));
      }),
    );
  });
  return modes * sum(perVerb);
}

/** The number of noun phrases of a noun without anything behind it and without "no". */
export function countNounPhrases(noun: Noun): number {
  const numbers = noun.mass ? (["singular"] as const) : (["singular", "plural"] as const);
  const openings = numbers.map((number) => determinersOf(noun, number, scopes.free).length);
  return sum(openings) * (1 + adjectivesOf(noun).length);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function size(table: object): number {
  return Object.keys(table).length;
}
