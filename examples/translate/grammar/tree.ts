import type { GrammaticalNumber } from "./features.js";
import type { Adjective } from "./lexicon-adjectives.js";
import type { Adverb } from "./lexicon-adverbs.js";
import type { Determiner } from "./lexicon-determiners.js";
import type { Modal } from "./lexicon-modals.js";
import type { Noun } from "./lexicon-nouns.js";
import type { Preposition } from "./lexicon-prepositions.js";
import type { PersonalPronoun } from "./lexicon-pronouns.js";
import type { Verb } from "./lexicon-verbs.js";

/** A noun phrase: "the old dog", "many books", "fresh bread", with at most one modifier behind the noun. */
export interface NounPhrase {
  readonly kind: "noun";
  readonly noun: Noun;
  readonly number: GrammaticalNumber;
  readonly determiner: Determiner;
  readonly adjective: Adjective | undefined;
  readonly modifier: Modifier | undefined;
}

/** What follows a noun: its owner, a prepositional phrase, or a relative clause (which has one {@link Gap}). */
export type Modifier =
  | { readonly kind: "genitive"; readonly owner: NounPhrase }
  | { readonly kind: "preposition"; readonly phrase: PrepositionalPhrase }
  | { readonly kind: "relative"; readonly clause: Clause };

/** A preposition with its noun phrase. */
export interface PrepositionalPhrase {
  readonly preposition: Preposition;
  readonly object: NounPhrase;
}

/** A personal pronoun as subject. */
export interface Pronoun {
  readonly kind: "pronoun";
  readonly pronoun: PersonalPronoun;
}

/** The place in a relative clause that the relative pronoun fills. */
export interface Gap {
  readonly kind: "gap";
}

/** Tense or mood of a clause. */
export type Mode = "present" | "perfect" | Modal;

/** A clause without its word order: the two languages, and German main and subordinate clauses, differ there. */
export interface Clause {
  readonly subject: NounPhrase | Pronoun | Gap;
  readonly verb: Verb;
  readonly mode: Mode;
  readonly negated: boolean;
  /** The person to whom something is given; only with ditransitive verbs. */
  readonly indirect: NounPhrase | Gap | undefined;
  readonly object: NounPhrase | Gap | undefined;
  readonly place: PrepositionalPhrase | undefined;
}

/** A whole sentence; the same tree is realised in both languages. */
export interface Sentence {
  readonly adverb: Adverb | undefined;
  readonly main: Clause;
  readonly because: Clause | undefined;
}

/** The number that the finite verb agrees with; a gap takes it from the noun before the relative clause. */
export function subjectNumber(clause: Clause, antecedent: NounPhrase | undefined): GrammaticalNumber {
  const { subject } = clause;
  if (subject.kind === "gap") {
    return antecedent?.number ?? "singular";
  }
  return subject.kind === "pronoun" ? subject.pronoun.number : subject.number;
}
