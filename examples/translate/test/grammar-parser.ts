import { adjectives } from "../grammar/lexicon-adjectives.js";
import { adverbs } from "../grammar/lexicon-adverbs.js";
import type { Determiner } from "../grammar/lexicon-determiners.js";
import { determinerFits } from "../grammar/lexicon-determiners.js";
import { modals } from "../grammar/lexicon-modals.js";
import { belongsTo, nouns } from "../grammar/lexicon-nouns.js";
import { nounSlots } from "../grammar/lexicon-prepositions.js";
import { personalPronouns } from "../grammar/lexicon-pronouns.js";
import type { Verb } from "../grammar/lexicon-verbs.js";
import { verbs } from "../grammar/lexicon-verbs.js";
import { tokenize } from "../grammar/tokenize.js";
import type { Clause, Gap, Mode, NounPhrase, PrepositionalPhrase, Pronoun, Sentence } from "../grammar/tree.js";
import { subjectNumber } from "../grammar/tree.js";

/** One way to read some words: what they mean, and the position behind them. */
type Reading<Value> = readonly [value: Value, end: number];

type Arguments = Pick<Clause, "indirect" | "object" | "place">;

const determiners = new Map<string, Determiner>([
  ["an", "a"],
  ["these", "this"],
  ...(["the", "a", "this", "every", "no", "my", "his", "her", "our", "two", "three", "many"] as const).map(
    (word) => [word, word] as const,
  ),
]);

const gap: Gap = { kind: "gap" };

/**
 * Every tree that an English sentence can stand for, by trying all readings: written independently of the sampler,
 * and without its choice of words, so that a sentence with two translations would show.
 */
export function parse(sentence: string): Sentence[] {
  const words = tokenize(sentence);
  const adverb = Object.values(adverbs).find(({ english }) => english === words[0]);
  const readings = mainClauses(words, adverb ? 1 : 0).flatMap(([main, end]): Reading<Sentence>[] => [
    [{ adverb, main, because: undefined }, end],
    ...(words[end] === "because" ? mainClauses(words, end + 1) : []).map(
      ([because, last]): Reading<Sentence> => [{ adverb, main, because }, last],
    ),
  ]);
  return readings.filter(([, end]) => words[end] === "." && end === words.length - 1).map(([tree]) => tree);
}

function mainClauses(words: readonly string[], start: number): Reading<Clause>[] {
  const pronoun = Object.values(personalPronouns).find(({ english }) => english === words[start]);
  const subjects: Reading<NounPhrase | Pronoun>[] = pronoun
    ? [[{ kind: "pronoun", pronoun }, start + 1]]
    : modifiedNounPhrases(words, start, true);
  return subjects.flatMap(([subject, end]) => predicates(words, end, subject, undefined, undefined));
}

/** A relative clause, with each part of it that its pronoun can stand for. */
function relativeClauses(words: readonly string[], start: number, antecedent: NounPhrase): Reading<Clause>[] {
  const isPerson = belongsTo(antecedent.noun, ["person"]);
  const asSubject = (): Reading<Clause>[] => predicates(words, start + 1, gap, undefined, antecedent);
  const otherwise = (role: "object" | "indirect", from: number): Reading<Clause>[] => {
    const pronoun = Object.values(personalPronouns).find(({ english }) => english === words[from]);
    const subjects: Reading<NounPhrase | Pronoun>[] = pronoun
      ? [[{ kind: "pronoun", pronoun }, from + 1]]
      : modifiedNounPhrases(words, from, false);
    return subjects.flatMap(([subject, end]) => predicates(words, end, subject, role, antecedent));
  };
  switch (words[start]) {
    case "who":
      return isPerson ? asSubject() : [];
    case "whom":
      return isPerson ? otherwise("object", start + 1) : [];
    case "to":
      return isPerson && words[start + 1] === "whom" ? otherwise("indirect", start + 2) : [];
    case "that":
      return isPerson ? [] : [...asSubject(), ...otherwise("object", start + 1)];
    default:
      return [];
  }
}

/** The verb and everything behind it. */
function predicates(
  words: readonly string[],
  start: number,
  subject: Clause["subject"],
  role: "object" | "indirect" | undefined,
  antecedent: NounPhrase | undefined,
): Reading<Clause>[] {
  return verbGroups(words, start, subject, antecedent).flatMap(([group, end]) =>
    argumentsOf(words, end, group.verb, group.negated, role, antecedent === undefined).map(
      ([found, last]): Reading<Clause> => [{ subject, ...group, ...found }, last],
    ),
  );
}

function verbGroups(
  words: readonly string[],
  start: number,
  subject: Clause["subject"],
  antecedent: NounPhrase | undefined,
): Reading<Pick<Clause, "verb" | "mode" | "negated">>[] {
  return verbs.flatMap((verb) =>
    groupsOf(verb, subject, antecedent)
      .filter(({ text }) => text.every((word, index) => words[start + index] === word))
      .map(({ text, mode, negated }) => [{ verb, mode, negated }, start + text.length] as const),
  );
}

function groupsOf(
  verb: Verb,
  subject: Clause["subject"],
  antecedent: NounPhrase | undefined,
): { text: string[]; mode: Mode; negated: boolean }[] {
  const { base, third, participle } = verb.english;
  const number = subjectNumber({ subject } as Clause, antecedent);
  const [auxiliary, support, plain] = number === "singular" ? ["has", "does", third] : ["have", "do", base];
  return [
    { text: [plain], mode: "present", negated: false },
    { text: [support, "not", base], mode: "present", negated: true },
    { text: [auxiliary, participle], mode: "perfect", negated: false },
    { text: [auxiliary, "not", participle], mode: "perfect", negated: true },
    ...Object.values(modals).flatMap((mode) => [
      { text: [...mode.english.positive[number].split(" "), base], mode, negated: false },
      { text: [...mode.english.negative[number].split(" "), base], mode, negated: true },
    ]),
  ];
}

/** The objects and the prepositional phrase of a verb, of which a relative pronoun may fill one object. */
function argumentsOf(
  words: readonly string[],
  start: number,
  { frame, slots }: Verb,
  negated: boolean,
  role: "object" | "indirect" | undefined,
  isMain: boolean,
): Reading<Arguments>[] {
  if ((role === "object" && frame === "intransitive") || (role === "indirect" && frame !== "ditransitive")) {
    return [];
  }
  const none: Reading<undefined>[] = [[undefined, start]];
  const indirects: Reading<NounPhrase | Gap | undefined>[] =
    frame !== "ditransitive" ? none : role === "indirect" ? [[gap, start]] : simpleNounPhrases(words, start);
  const objects = indirects.flatMap(([indirect, end]): Reading<Omit<Arguments, "place">>[] => {
    if (frame === "intransitive") {
      return [[{ indirect, object: undefined }, end]];
    }
    if (role === "object") {
      return [[{ indirect, object: gap }, end]];
    }
    return modifiedNounPhrases(words, end, isMain)
      .filter(([{ modifier }]) => !negated || modifier?.kind !== "preposition")
      .map(([object, last]) => [{ indirect, object }, last]);
  });
  return objects.flatMap(([found, end]): Reading<Arguments>[] => {
    const { object } = found;
    const closed = (negated && object) || (object?.kind === "noun" && object.modifier?.kind === "relative");
    const places = closed ? [] : phrases(words, end, new Set(slots.map(({ preposition }) => preposition)));
    return [
      [{ ...found, place: undefined }, end],
      ...places.map(([place, last]): Reading<Arguments> => [{ ...found, place }, last]),
    ];
  });
}

/** Noun phrases with an owner, a prepositional phrase, a relative clause if allowed, or nothing behind the noun. */
function modifiedNounPhrases(words: readonly string[], start: number, relative: boolean): Reading<NounPhrase>[] {
  return simpleNounPhrases(words, start).flatMap(([phrase, end]): Reading<NounPhrase>[] => {
    const owners = words[end] === "of" ? simpleNounPhrases(words, end + 1) : [];
    const slots = nounSlots.filter(({ heads }) => belongsTo(phrase.noun, heads));
    return [
      [phrase, end],
      ...owners.map(([owner, last]) => [{ ...phrase, modifier: { kind: "genitive", owner } }, last] as const),
      ...phrases(words, end, new Set(slots.map(({ preposition }) => preposition))).map(
        ([inner, last]) => [{ ...phrase, modifier: { kind: "preposition", phrase: inner } }, last] as const,
      ),
      ...(relative ? relativeClauses(words, end, phrase) : []).map(
        ([clause, last]) => [{ ...phrase, modifier: { kind: "relative", clause } }, last] as const,
      ),
    ];
  });
}

function phrases(
  words: readonly string[],
  start: number,
  prepositions: ReadonlySet<PrepositionalPhrase["preposition"]>,
): Reading<PrepositionalPhrase>[] {
  return [...prepositions]
    .filter(({ english }) => english === words[start])
    .flatMap((preposition) =>
      simpleNounPhrases(words, start + 1).map(([object, end]) => [{ preposition, object }, end] as const),
    );
}

/** Determiner, adjective and noun. */
function simpleNounPhrases(words: readonly string[], start: number): Reading<NounPhrase>[] {
  const determiner = determiners.get(words[start] ?? "") ?? "bare";
  const afterDeterminer = determiner === "bare" ? start : start + 1;
  const adjective = adjectives.find(({ english }) => english === words[afterDeterminer]);
  const position = afterDeterminer + (adjective ? 1 : 0);
  return nouns.flatMap((noun) =>
    (noun.mass ? (["singular"] as const) : (["singular", "plural"] as const))
      .filter((number) => noun.english[number] === words[position] && determinerFits(determiner, noun, number))
      .map(
        (number): Reading<NounPhrase> => [
          { kind: "noun", noun, number, determiner, adjective, modifier: undefined },
          position + 1,
        ],
      ),
  );
}
