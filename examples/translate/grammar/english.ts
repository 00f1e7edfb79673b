import { belongsTo } from "./lexicon-nouns.js";
import type { Clause, NounPhrase, PrepositionalPhrase } from "./tree.js";
import { subjectNumber } from "./tree.js";

/** The words of an English noun phrase with everything that belongs to it. */
export function englishNounPhrase(phrase: NounPhrase): string[] {
  const { noun, number, determiner, adjective, modifier } = phrase;
  const words = [...(adjective ? [adjective.english] : []), noun.english[number]];
  return [...englishDeterminer(determiner, number, words[0] ?? ""), ...words, ...englishModifier(phrase, modifier)];
}

function englishDeterminer(
  determiner: NounPhrase["determiner"],
  number: NounPhrase["number"],
  nextWord: string,
): string[] {
  switch (determiner) {
    case "bare":
      return [];
    case "a":
      return [/^[aeiou]/.test(nextWord) ? "an" : "a"];
    case "this":
      return [number === "singular" ? "this" : "these"];
    default:
      return [determiner];
  }
}

function englishModifier(phrase: NounPhrase, modifier: NounPhrase["modifier"]): string[] {
  switch (modifier?.kind) {
    case undefined:
      return [];
    case "genitive":
      return ["of", ...englishNounPhrase(modifier.owner)];
    case "preposition":
      return englishPrepositionalPhrase(modifier.phrase);
    case "relative":
      return englishClause(modifier.clause, phrase);
  }
}

function englishPrepositionalPhrase({ preposition, object }: PrepositionalPhrase): string[] {
  return [preposition.english, ...englishNounPhrase(object)];
}

/** The words of an English clause. With the noun phrase it describes it is a relative clause. */
export function englishClause(clause: Clause, antecedent?: NounPhrase): string[] {
  const { subject, indirect, object, place } = clause;
  return [
    ...(antecedent ? relativePronoun(clause, antecedent) : []),
    ...(subject.kind === "pronoun" ? [subject.pronoun.english] : nounPhraseUnlessGap(subject)),
    ...verbGroup(clause, antecedent),
    ...nounPhraseUnlessGap(indirect),
    ...nounPhraseUnlessGap(object),
    ...(place ? englishPrepositionalPhrase(place) : []),
  ];
}

function nounPhraseUnlessGap(phrase: Clause["object"]): string[] {
  return phrase?.kind === "noun" ? englishNounPhrase(phrase) : [];
}

/** People are "who" and "whom", everything else is "that". */
function relativePronoun({ subject, indirect }: Clause, { noun }: NounPhrase): string[] {
  if (!belongsTo(noun, ["person"])) {
    return ["that"];
  }
  if (subject.kind === "gap") {
    return ["who"];
  }
  return indirect?.kind === "gap" ? ["to", "whom"] : ["whom"];
}

function verbGroup(clause: Clause, antecedent: NounPhrase | undefined): string[] {
  const { mode, negated } = clause;
  const { base, third, participle } = clause.verb.english;
  const number = subjectNumber(clause, antecedent);
  const singular = number === "singular";
  const not = negated ? ["not"] : [];
  if (mode === "perfect") {
    return [singular ? "has" : "have", ...not, participle];
  }
  if (mode === "present") {
    return negated ? [singular ? "does" : "do", "not", base] : [singular ? third : base];
  }
  const finite = negated ? mode.english.negative : mode.english.positive;
  return [...finite[number].split(" "), base];
}
