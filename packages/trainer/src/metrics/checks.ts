import { ArgumentError, type Kind, ShapeError, ValueError } from "@typegrad/autograd";

/** true or false. */
export const flag: Kind = {
  what: "true or false",
  hint: "pass a plain boolean",
  accepts: (value) => typeof value === "boolean",
};

/** One of some names. */
export const oneOf = (names: readonly string[]): Kind => ({
  what: `one of ${names.map((name) => `"${name}"`).join(", ")}`,
  hint: "write the name as it stands there",
  accepts: (value) => names.includes(value as string),
});

/** The length of n-grams: a whole number from `least` to 100. */
export const order = (least: number): Kind => ({
  what: `a whole number from ${least} to 100`,
  hint: "the longest n-grams to count",
  accepts: (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= 100,
});

/** A finite number above 0. */
export const positive: Kind = {
  what: "a number above 0",
  hint: "pass a plain, finite number",
  accepts: (value) => Number.isFinite(value) && (value as number) > 0,
};

const kindOf = (value: unknown): string => {
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : typeof value;
};

/** Throws an ArgumentError unless the value is a string. */
export function checkText(operation: string, name: string, value: unknown): void {
  if (typeof value === "string") return;
  throw new ArgumentError(`${operation}: ${name} must be a string`, {
    got: kindOf(value),
    hint: "hand in whole texts, not words or ids",
  });
}

function checkList(operation: string, name: string, value: unknown, hint: string): void {
  if (!Array.isArray(value)) {
    throw new ArgumentError(`${operation}: ${name} must be a list`, { got: kindOf(value), hint });
  }
  if (value.length === 0) throw new ValueError(`${operation}: ${name} must not be empty`, { got: "[]", hint });
}

/**
 * Checks the texts of a corpus, and leaves out references that are empty strings: so a corpus whose sentences have
 * different numbers of references may be filled up with them.
 * @returns for each hypothesis its references, one at least
 * @throws ArgumentError for what is no list of strings; ValueError for an empty list, or a hypothesis whose references
 * are all empty; ShapeError for lists of unequal length.
 */
export function checkCorpus(
  operation: string,
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
): string[][] {
  checkList(operation, "hypotheses", hypotheses, "a list of texts, one for each sentence");
  checkList(operation, "references", references, "references[i] is the list of all references of hypotheses[i]");
  if (hypotheses.length !== references.length) {
    throw new ShapeError(`${operation}: each hypothesis needs its references`, {
      got: `${hypotheses.length} hypotheses, ${references.length} lists of references`,
      hint: "references[i] is the list of all references of hypotheses[i]",
    });
  }
  // By index: a hole in a list is an element too.
  return Array.from(references, (texts, i) => {
    checkText(operation, `hypotheses[${i}]`, hypotheses[i]);
    checkList(operation, `references[${i}]`, texts, `all references of hypotheses[${i}], in a list`);
    for (let k = 0; k < texts.length; k++) checkText(operation, `references[${i}][${k}]`, texts[k]);
    const given = texts.filter((text) => text !== "");
    if (given.length > 0) return given;
    throw new ValueError(`${operation}: references[${i}] has nothing but empty strings`, {
      got: `${texts.length} empty`,
      hint: "leave the sentence out, or give it a reference with words",
    });
  });
}
