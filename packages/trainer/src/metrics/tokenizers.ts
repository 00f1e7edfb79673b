import { splitWords } from "./words.js";

/** How BLEU cuts a text into words. */
export type BleuTokenizer = "13a" | "intl" | "char" | "none";

// Each rule is applied from left to right; what one match has taken is not looked at again by the same rule.
type Rules = readonly (readonly [pattern: RegExp, replacement: string])[];

const apply = (rules: Rules, text: string): string =>
  rules.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);

/** The rules of NIST's mteval-v13a.pl: signs of ASCII stand alone; point and comma do unless they are inside a number. */
const rules13a: Rules = [
  [/<skipped>/g, ""],
  [/-\n/g, ""],
  [/\n/g, " "],
  [/&quot;/g, '"'],
  [/&amp;/g, "&"],
  [/&lt;/g, "<"],
  [/&gt;/g, ">"],
  // A space at both ends, so that signs there have a neighbour.
  [/^|$/g, " "],
  // All but ' , - . of the signs.
  [/[ -&(-+/:-@[-`{-~]/g, " $& "],
  [/([^0-9])([.,])/gu, "$1 $2 "],
  [/([.,])([^0-9])/gu, " $1 $2"],
  [/([0-9])(-)/g, "$1 $2 "],
];

/** The rules of mteval-v14.pl: punctuation of any script, unless a digit stands on both sides, and every symbol. */
const rulesIntl: Rules = [
  [/(\P{N})(\p{P})/gu, "$1 $2 "],
  [/(\p{P})(\P{N})/gu, " $1 $2"],
  [/\p{S}/gu, " $& "],
];

/**
 * The words that BLEU counts: `13a` is the rules of NIST's mteval-v13a.pl, WMT's standard; `intl` those of mteval-v14.pl,
 * by Unicode's categories; `char` takes each character but white space; `none` cuts at white space alone. All as
 * sacreBLEU has them (Post 2018, https://aclanthology.org/W18-6319).
 */
export const tokenizers: Readonly<Record<BleuTokenizer, (text: string) => string[]>> = {
  "13a": (text) => splitWords(apply(rules13a, text)),
  intl: (text) => splitWords(apply(rulesIntl, text)),
  char: (text) => splitWords([...text].join(" ")),
  none: splitWords,
};
