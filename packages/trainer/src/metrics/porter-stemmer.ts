// M. F. Porter, "An algorithm for suffix stripping", Program 14 (3), 1980, pages 130-137
// (https://tartarus.org/martin/PorterStemmer/def.txt): the steps and the names of the conditions are the paper's. What
// differs is marked: (P) Porter's own later changes, (N) those of NLTK's default mode.

/** Each letter as c, a consonant, or v, a vowel; y is a vowel behind a consonant. */
function lettersOf(word: string): string {
  let letters = "";
  for (const letter of word) {
    const vowel = "aeiou".includes(letter) || (letter === "y" && letters.endsWith("c"));
    letters += vowel ? "v" : "c";
  }
  return letters;
}

/** The paper's m: how often a consonant follows a vowel. */
const measure = (stem: string): number => lettersOf(stem).split("vc").length - 1;

/** *v*: the stem has a vowel. */
const hasVowel = (stem: string): boolean => lettersOf(stem).includes("v");

/** *d: the word ends with a double consonant. */
const endsDouble = (word: string): boolean =>
  word.length > 1 && word.at(-1) === word.at(-2) && lettersOf(word).endsWith("c");

/** *o: the word ends consonant, vowel, consonant, the last no w, x or y; (N) or it is a vowel and a consonant. */
const endsShort = (word: string): boolean => {
  const letters = lettersOf(word);
  return letters === "vc" || (letters.endsWith("cvc") && !/[wxy]$/.test(word));
};

/** A suffix, what replaces it, and what the stem before it has to be for that. */
type Rule = readonly [suffix: string, replacement: string, condition: (stem: string) => boolean];

const rules = (condition: Rule[2], pairs: readonly string[]): Rule[] =>
  pairs.map((pair) => {
    const [suffix = "", replacement = ""] = pair.split(" ");
    return [suffix, replacement, condition];
  });

/** Applies the first rule whose suffix the word has, if its condition holds; no other is tried. */
function applyFirst(word: string, list: readonly Rule[]): string {
  const rule = list.find(([suffix]) => word.endsWith(suffix));
  if (rule === undefined) return word;
  const [suffix, replacement, condition] = rule;
  const stem = word.slice(0, word.length - suffix.length);
  return condition(stem) ? stem + replacement : word;
}

const longer = (least: number) => (stem: string) => measure(stem) > least;
const always = () => true;

/** Plurals. */
function step1a(word: string): string {
  if (word.length === 4 && word.endsWith("ies")) return word.slice(0, -1); // (N) ties → tie
  return applyFirst(word, rules(always, ["sses ss", "ies i", "ss ss", "s"]));
}

/** -ed and -ing, and what they leave behind: hopping → hop, filing → file. */
function step1b(word: string): string {
  if (word.endsWith("ied")) return word.length === 4 ? word.slice(0, -1) : word.slice(0, -2); // (N) died → die
  if (word.endsWith("eed")) return applyFirst(word, rules(longer(0), ["eed ee"]));
  const stem = applyFirst(word, rules(hasVowel, ["ed", "ing"]));
  if (stem === word) return word;
  if (/(at|bl|iz)$/.test(stem)) return `${stem}e`;
  if (endsDouble(stem)) return /[lsz]$/.test(stem) ? stem : stem.slice(0, -1);
  return measure(stem) === 1 && endsShort(stem) ? `${stem}e` : stem;
}

/** y → i: (N) behind a consonant that is not the first letter; in the paper, when the stem has a vowel. */
const step1c = (word: string): string =>
  applyFirst(
    word,
    rules((stem) => stem.length > 1 && lettersOf(stem).endsWith("c"), ["y i"]),
  );

const doubleSuffixes: readonly Rule[] = [
  ...rules(longer(0), ["ational ate", "tional tion", "enci ence", "anci ance", "izer ize"]),
  ...rules(longer(0), ["bli ble"]), // (P) in the paper abli → able
  ...rules(longer(0), ["alli al", "entli ent", "eli e", "ousli ous", "ization ize", "ation ate", "ator ate"]),
  ...rules(longer(0), ["alism al", "iveness ive", "fulness ful", "ousness ous", "aliti al", "iviti ive", "biliti ble"]),
  ...rules(longer(0), ["fulli ful"]), // (N)
  ["logi", "log", (stem) => measure(`${stem}l`) > 0], // (P); (N) with the l in the stem: geology → geolog
];

/** Two suffixes to one; (N) behind -alli once more: rationalli → rational → ration. */
function step2(word: string): string {
  const replaced = applyFirst(word, doubleSuffixes);
  return word.endsWith("alli") && replaced !== word ? applyFirst(replaced, doubleSuffixes) : replaced;
}

const step3Rules = rules(longer(0), ["icate ic", "ative", "alize al", "iciti ic", "ical ic", "ful", "ness"]);

const step4Rules: readonly Rule[] = [
  ...rules(longer(1), ["al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent"]),
  ["ion", "", (stem) => measure(stem) > 1 && /[st]$/.test(stem)],
  ...rules(longer(1), ["ou", "ism", "ate", "iti", "ous", "ive", "ize"]),
];

/** A final -e. */
const step5a = (word: string): string =>
  applyFirst(
    word,
    rules((stem) => measure(stem) > 1 || (measure(stem) === 1 && !endsShort(stem)), ["e"]),
  );

/** -ll of a long word. */
const step5b = (word: string): string =>
  applyFirst(
    word,
    rules((stem) => measure(`${stem}l`) > 1, ["ll l"]),
  );

/** (N) Words that the rules would spoil. */
const irregular: ReadonlyMap<string, string> = new Map(
  [
    ...["sky sky", "skies sky", "dying die", "lying lie", "tying tie", "news news", "innings inning", "inning inning"],
    ...["outings outing", "outing outing", "cannings canning", "canning canning", "howe howe"],
    ...["proceed proceed", "exceed exceed", "succeed succeed"],
  ].map((pair) => pair.split(" ") as [string, string]),
);

/**
 * The stem of an English word in small letters, by Porter's algorithm (Porter 1980,
 * https://tartarus.org/martin/PorterStemmer/) with the changes of NLTK 3.8's default mode. Words of one or two letters
 * are their own stems.
 */
export function porterStem(word: string): string {
  const known = irregular.get(word);
  if (known !== undefined) return known;
  if (word.length <= 2) return word;
  const single = step2(step1c(step1b(step1a(word))));
  return step5b(step5a(applyFirst(applyFirst(single, step3Rules), step4Rules)));
}
