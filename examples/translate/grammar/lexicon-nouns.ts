import type { Case, Gender, GrammaticalNumber, NounClass } from "./features.js";

/** A noun with its forms in both languages. */
export interface Noun {
  readonly english: { readonly singular: string; readonly plural: string };
  readonly german: { readonly singular: string; readonly plural: string; readonly genitive: string };
  readonly gender: Gender;
  /** Weak masculine nouns end in -n in every form but the nominative singular: der Junge, den Jungen. */
  readonly weak: boolean;
  /** Mass nouns have no plural and no "a": bread, milk, coffee. */
  readonly mass: boolean;
  readonly classes: readonly NounClass[];
}

type EnglishForms = readonly [singular: string, plural: string];
type GermanForms = readonly [singular: string, plural: string, genitive: string];

function declined(gender: Gender, english: EnglishForms, german: GermanForms, ...classes: NounClass[]): Noun {
  return {
    english: { singular: english[0], plural: english[1] },
    german: { singular: german[0], plural: german[1], genitive: german[2] },
    gender,
    weak: false,
    mass: false,
    classes,
  };
}

/** Feminine nouns have one form for the whole singular. */
function feminine(english: EnglishForms, german: readonly [string, string], ...classes: NounClass[]): Noun {
  return declined("feminine", english, [german[0], german[1], german[0]], ...classes);
}

/** Weak nouns have one form for everything but the nominative singular. */
function weak(english: EnglishForms, german: readonly [string, string], ...classes: NounClass[]): Noun {
  return { ...declined("masculine", english, [german[0], german[1], german[1]], ...classes), weak: true };
}

function mass(gender: Gender, english: string, german: string, genitive: string, ...classes: NounClass[]): Noun {
  return { ...declined(gender, [english, english], [german, german, genitive], ...classes), mass: true };
}

/** All nouns of the grammar. */
export const nouns: readonly Noun[] = [
  declined("masculine", ["man", "men"], ["Mann", "Männer", "Mannes"], "person", "adult"),
  feminine(["woman", "women"], ["Frau", "Frauen"], "person", "adult"),
  declined("neuter", ["child", "children"], ["Kind", "Kinder", "Kindes"], "person", "relatable", "kin"),
  weak(["boy", "boys"], ["Junge", "Jungen"], "person", "relatable"),
  declined("neuter", ["girl", "girls"], ["Mädchen", "Mädchen", "Mädchens"], "person", "relatable"),
  declined("masculine", ["king", "kings"], ["König", "Könige", "Königs"], "person", "relatable", "adult"),
  feminine(["queen", "queens"], ["Königin", "Königinnen"], "person", "relatable", "adult"),
  weak(["prince", "princes"], ["Prinz", "Prinzen"], "person", "relatable", "adult"),
  declined("masculine", ["uncle", "uncles"], ["Onkel", "Onkel", "Onkels"], "person", "relatable", "adult", "kin"),
  feminine(["aunt", "aunts"], ["Tante", "Tanten"], "person", "relatable", "adult", "kin"),
  declined(
    "masculine",
    ["brother", "brothers"],
    ["Bruder", "Brüder", "Bruders"],
    "person",
    "relatable",
    "adult",
    "kin",
  ),
  feminine(["sister", "sisters"], ["Schwester", "Schwestern"], "person", "relatable", "adult", "kin"),
  declined("masculine", ["guest", "guests"], ["Gast", "Gäste", "Gastes"], "person", "relatable", "adult", "kin"),

  declined("masculine", ["dog", "dogs"], ["Hund", "Hunde", "Hundes"], "animal"),
  feminine(["cat", "cats"], ["Katze", "Katzen"], "animal"),
  declined("neuter", ["horse", "horses"], ["Pferd", "Pferde", "Pferdes"], "animal"),
  weak(["lion", "lions"], ["Löwe", "Löwen"], "animal"),
  declined("masculine", ["bird", "birds"], ["Vogel", "Vögel", "Vogels"], "animal"),
  feminine(["mouse", "mice"], ["Maus", "Mäuse"], "animal"),

  declined("neuter", ["book", "books"], ["Buch", "Bücher", "Buches"], "text", "letter", "portable"),
  declined("masculine", ["letter", "letters"], ["Brief", "Briefe", "Briefes"], "text", "letter", "portable"),
  feminine(["newspaper", "newspapers"], ["Zeitung", "Zeitungen"], "text", "portable"),

  declined("masculine", ["apple", "apples"], ["Apfel", "Äpfel", "Apfels"], "food", "fruit", "portable"),
  feminine(["pear", "pears"], ["Birne", "Birnen"], "food", "fruit", "portable"),
  declined("masculine", ["cake", "cakes"], ["Kuchen", "Kuchen", "Kuchens"], "food", "portable"),
  mass("neuter", "bread", "Brot", "Brotes", "food", "portable"),
  feminine(["soup", "soups"], ["Suppe", "Suppen"], "food"),
  mass("feminine", "milk", "Milch", "Milch", "drink"),
  mass("masculine", "coffee", "Kaffee", "Kaffees", "drink"),

  declined("neuter", ["car", "cars"], ["Auto", "Autos", "Autos"], "thing", "fixable", "washable"),
  declined("neuter", ["picture", "pictures"], ["Bild", "Bilder", "Bildes"], "thing", "motif", "portable"),
  feminine(["flower", "flowers"], ["Blume", "Blumen"], "thing", "motif", "portable"),
  declined("masculine", ["key", "keys"], ["Schlüssel", "Schlüssel", "Schlüssels"], "thing", "portable"),
  feminine(["bag", "bags"], ["Tasche", "Taschen"], "thing", "fixable", "portable"),
  declined("masculine", ["hat", "hats"], ["Hut", "Hüte", "Hutes"], "thing", "washable", "portable"),

  declined(
    "neuter",
    ["house", "houses"],
    ["Haus", "Häuser", "Hauses"],
    "place",
    "thing",
    "fixable",
    "landmark",
    "goal",
  ),
  declined("masculine", ["garden", "gardens"], ["Garten", "Gärten", "Gartens"], "place", "origin"),
  feminine(["city", "cities"], ["Stadt", "Städte"], "place", "arrival", "origin"),
  feminine(["school", "schools"], ["Schule", "Schulen"], "place", "arrival", "landmark", "goal"),
  declined("neuter", ["village", "villages"], ["Dorf", "Dörfer", "Dorfes"], "place", "arrival", "origin", "landmark"),
  declined("masculine", ["forest", "forests"], ["Wald", "Wälder", "Waldes"], "place", "origin", "landmark", "goal"),
  feminine(["kitchen", "kitchens"], ["Küche", "Küchen"], "place"),
];

/** Whether the noun belongs to at least one of the classes. */
export function belongsTo(noun: Noun, classes: readonly NounClass[]): boolean {
  return noun.classes.some((own) => classes.includes(own));
}

/** The German form of a noun. Plurals take -n in the dative unless they already end in -n or -s. */
export function germanNoun(noun: Noun, number: GrammaticalNumber, grammaticalCase: Case): string {
  const { singular, plural, genitive } = noun.german;
  if (number === "plural") {
    return grammaticalCase === "dative" && !/[ns]$/.test(plural) ? `${plural}n` : plural;
  }
  if (grammaticalCase === "genitive") {
    return genitive;
  }
  return noun.weak && grammaticalCase !== "nominative" ? plural : singular;
}
