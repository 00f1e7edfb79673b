import type { Case, Column } from "./features.js";
import type { Determiner } from "./lexicon-determiners.js";

type Endings = { readonly [column in Column]: { readonly [grammaticalCase in Case]: string } };

function endings(nominative: string, accusative: string, dative: string, genitive: string): Endings[Column] {
  return { nominative, accusative, dative, genitive };
}

/** The definite article. */
const article: Endings = {
  masculine: endings("der", "den", "dem", "des"),
  feminine: endings("die", "die", "der", "der"),
  neuter: endings("das", "das", "dem", "des"),
  plural: endings("die", "die", "den", "der"),
};

/** Endings of "dieser" and "jeder". */
const pronominal: Endings = {
  masculine: endings("er", "en", "em", "es"),
  feminine: endings("e", "e", "er", "er"),
  neuter: endings("es", "es", "em", "es"),
  plural: endings("e", "e", "en", "er"),
};

/** Endings of "ein", "kein" and the possessives: like "dieser", with three gaps. */
const possessive: Endings = {
  ...pronominal,
  masculine: endings("", "en", "em", "es"),
  neuter: endings("", "", "em", "es"),
};

/** Adjective endings after "der", "dieser" and "jeder". */
const weak: Endings = {
  masculine: endings("e", "en", "en", "en"),
  feminine: endings("e", "e", "en", "en"),
  neuter: endings("e", "e", "en", "en"),
  plural: endings("en", "en", "en", "en"),
};

/** Adjective endings after "ein", "kein" and the possessives: where those have no ending, the adjective shows it. */
const mixed: Endings = {
  masculine: endings("er", "en", "en", "en"),
  feminine: endings("e", "e", "en", "en"),
  neuter: endings("es", "es", "en", "en"),
  plural: endings("en", "en", "en", "en"),
};

/** Adjective endings after nothing, numbers and "viele": those of "dieser", but -en in two genitives. */
const strong: Endings = {
  ...pronominal,
  masculine: endings("er", "en", "em", "en"),
  neuter: endings("es", "es", "em", "en"),
};

/** How a determiner and the adjective after it are declined. */
interface Declension {
  readonly stem: string;
  /** Endings of the determiner; undefined if it never changes. */
  readonly own: Endings | undefined;
  readonly adjective: Endings;
}

const possessiveOf = (stem: string): Declension => ({ stem, own: possessive, adjective: mixed });
const unchanging = (stem: string): Declension => ({ stem, own: undefined, adjective: strong });

const declensions: { readonly [determiner in Determiner]: Declension } = {
  the: { stem: "", own: article, adjective: weak },
  this: { stem: "dies", own: pronominal, adjective: weak },
  every: { stem: "jed", own: pronominal, adjective: weak },
  a: possessiveOf("ein"),
  no: possessiveOf("kein"),
  my: possessiveOf("mein"),
  his: possessiveOf("sein"),
  her: possessiveOf("ihr"),
  our: possessiveOf("unser"),
  many: { stem: "viel", own: pronominal, adjective: strong },
  two: unchanging("zwei"),
  three: unchanging("drei"),
  bare: unchanging(""),
};

/** The German determiner, or "" for a bare noun phrase. */
export function germanDeterminer(determiner: Determiner, column: Column, grammaticalCase: Case): string {
  const { stem, own } = declensions[determiner];
  return stem + (own?.[column][grammaticalCase] ?? "");
}

/** The ending of an adjective that follows the determiner. */
export function adjectiveEnding(determiner: Determiner, column: Column, grammaticalCase: Case): string {
  return declensions[determiner].adjective[column][grammaticalCase];
}

/** The relative pronoun: the definite article, but for the dative plural. */
export function germanRelativePronoun(column: Column, grammaticalCase: Exclude<Case, "genitive">): string {
  return column === "plural" && grammaticalCase === "dative" ? "denen" : article[column][grammaticalCase];
}
