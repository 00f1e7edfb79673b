/** Grammatical number; English and German always agree on it. */
export type GrammaticalNumber = "singular" | "plural";

/** Grammatical gender of a German noun. */
export type Gender = "masculine" | "feminine" | "neuter";

/** The four German cases. */
export type Case = "nominative" | "accusative" | "dative" | "genitive";

/** The column of a German declension table: a gender in the singular, one common column in the plural. */
export type Column = Gender | "plural";

/** Which declension table column a noun of this gender and number uses. */
export function columnOf(gender: Gender, number: GrammaticalNumber): Column {
  return number === "plural" ? "plural" : gender;
}

/**
 * What a noun stands for, as far as other words care: a verb names the classes of its subject and objects,
 * an adjective the classes it can describe, a preposition the classes that may follow it.
 */
export type NounClass =
  | "person"
  | "adult" // a person who can be old or young
  | "relatable" // a person who can be "mine": "my man" would be a husband
  | "kin" // somebody's brother, aunt, guest …
  | "animal"
  | "text"
  | "letter" // a text that one person writes
  | "food"
  | "fruit"
  | "drink"
  | "thing"
  | "motif" // a thing that one paints
  | "portable"
  | "fixable"
  | "washable"
  | "place"
  | "arrival" // a place at whose end a journey ends
  | "origin" // a place one can be from
  | "landmark" // a place to stand behind
  | "goal"; // a place to walk to
