import type { Case } from "./features.js";
import { columnOf } from "./features.js";
import { adjectiveEnding, germanDeterminer } from "./german-endings.js";
import { germanNoun } from "./lexicon-nouns.js";
import { contractions } from "./lexicon-prepositions.js";
import type { NounPhrase, PrepositionalPhrase } from "./tree.js";

/**
 * The words of a German noun phrase in a case, with its owner or prepositional phrase. A relative clause is left
 * to the clause around, because it can stand away from its noun.
 */
export function germanNounPhrase(phrase: NounPhrase, grammaticalCase: Case): string[] {
  const { noun, number, determiner, adjective, modifier } = phrase;
  const column = columnOf(noun.gender, number);
  const opening = germanDeterminer(determiner, column, grammaticalCase);
  return [
    ...(opening === "" ? [] : [opening]),
    ...(adjective ? [adjective.stem + adjectiveEnding(determiner, column, grammaticalCase)] : []),
    germanNoun(noun, number, grammaticalCase),
    ...(modifier?.kind === "genitive" ? germanNounPhrase(modifier.owner, "genitive") : []),
    ...(modifier?.kind === "preposition" ? germanPrepositionalPhrase(modifier.phrase) : []),
  ];
}

/** The words of a German prepositional phrase; "in dem" is written "im", and so on. */
export function germanPrepositionalPhrase({ preposition, object }: PrepositionalPhrase): string[] {
  const [first = "", ...rest] = germanNounPhrase(object, preposition.case);
  const contracted = object.determiner === "the" ? contractions.get(`${preposition.german} ${first}`) : undefined;
  return contracted === undefined ? [preposition.german, first, ...rest] : [contracted, ...rest];
}
