import type { GrammaticalNumber } from "./features.js";
import { columnOf } from "./features.js";
import { germanRelativePronoun } from "./german-endings.js";
import { germanNounPhrase, germanPrepositionalPhrase } from "./german-noun-phrase.js";
import { indefiniteDeterminers } from "./lexicon-determiners.js";
import type { Verb } from "./lexicon-verbs.js";
import { germanFinite } from "./lexicon-verbs.js";
import type { Clause, NounPhrase } from "./tree.js";
import { subjectNumber } from "./tree.js";

/** A main clause: the finite verb second, what is left of the verb at the end. */
export function germanMainClause(clause: Clause, adverb: string | undefined): string[] {
  const { finite, rest, particle } = verbParts(clause, subjectNumber(clause, undefined));
  const { subject, middle, trailing } = fields(clause);
  const ending = particle === "" ? rest : [particle];
  const opening = adverb === undefined ? [...subject, finite] : [adverb, finite, ...subject];
  return [...opening, ...middle, ...ending, ...trailing];
}

/** A subordinate clause: the whole verb at the end, the finite form last. */
export function germanSubordinateClause(opening: string, clause: Clause, antecedent?: NounPhrase): string[] {
  const { finite, rest, particle } = verbParts(clause, subjectNumber(clause, antecedent));
  const { subject, middle, trailing } = fields(clause);
  return [opening, ...subject, ...middle, ...rest, particle + finite, ...trailing];
}

/** The verb: its finite word, the infinitive or participle, the separable particle of a finite full verb. */
function verbParts(
  { verb, mode, negated }: Clause,
  number: GrammaticalNumber,
): { finite: string; rest: string[]; particle: string } {
  if (mode === "present") {
    return { finite: germanFinite(verb, number), rest: [], particle: verb.german.particle };
  }
  if (mode === "perfect") {
    return { finite: auxiliary(verb, number), rest: [verb.german.participle], particle: "" };
  }
  const modal = negated ? mode.german.negative : mode.german.positive;
  return { finite: modal[number], rest: [verb.german.infinitive], particle: "" };
}

function auxiliary({ german }: Verb, number: GrammaticalNumber): string {
  if (german.auxiliary === "sein") {
    return number === "singular" ? "ist" : "sind";
  }
  return number === "singular" ? "hat" : "haben";
}

/**
 * Everything but the verb. "nicht" stands behind the objects and before a prepositional phrase; an indefinite
 * object takes "kein" instead. The relative clause of an object moves behind the verb, that of a subject stays.
 */
function fields(clause: Clause): { subject: string[]; middle: string[]; trailing: string[] } {
  const { subject, verb, negated, indirect, object, place } = clause;
  const asKein = negated && object?.kind === "noun" && indefiniteDeterminers.includes(object.determiner);
  const direct: Clause["object"] = asKein ? { ...object, determiner: "no" } : object;
  return {
    subject: subject.kind === "pronoun" ? [subject.pronoun.german] : nounWithRelative(subject),
    middle: [
      ...(indirect?.kind === "noun" ? germanNounPhrase(indirect, "dative") : []),
      ...(direct?.kind === "noun" ? germanNounPhrase(direct, objectCase(verb)) : []),
      ...(negated && !asKein ? ["nicht"] : []),
      ...(place ? germanPrepositionalPhrase(place) : []),
    ],
    trailing: object?.kind === "noun" ? relativeClause(object) : [],
  };
}

function nounWithRelative(subject: Exclude<Clause["subject"], { kind: "pronoun" }>): string[] {
  return subject.kind === "gap" ? [] : [...germanNounPhrase(subject, "nominative"), ...relativeClause(subject)];
}

function objectCase({ frame }: Verb): "accusative" | "dative" {
  return frame === "dative" ? "dative" : "accusative";
}

/** A relative clause between commas: its pronoun agrees with the noun, and has the case of the gap it fills. */
function relativeClause(antecedent: NounPhrase): string[] {
  if (antecedent.modifier?.kind !== "relative") {
    return [];
  }
  const { clause } = antecedent.modifier;
  const pronoun = germanRelativePronoun(columnOf(antecedent.noun.gender, antecedent.number), gapCase(clause));
  return [",", ...germanSubordinateClause(pronoun, clause, antecedent), ","];
}

function gapCase({ subject, indirect, verb }: Clause): "nominative" | "accusative" | "dative" {
  if (subject.kind === "gap") {
    return "nominative";
  }
  return indirect?.kind === "gap" ? "dative" : objectCase(verb);
}
