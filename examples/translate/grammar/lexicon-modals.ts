import type { GrammaticalNumber } from "./features.js";

/** The finite words of a modal verb in the third person (which "we" and "they" share with plural nouns). */
type Finite = { readonly [form in GrammaticalNumber]: string };

/** A modal verb, or what stands for one, in a positive and a negative clause. */
export interface Modal {
  readonly english: { readonly positive: Finite; readonly negative: Finite };
  readonly german: { readonly positive: Finite; readonly negative: Finite };
}

function finite(singular: string, plural: string = singular): Finite {
  return { singular, plural };
}

/** All modal verbs of the grammar. */
export const modals: { readonly [name in "can" | "must" | "want" | "should" | "allowed"]: Modal } = {
  can: {
    english: { positive: finite("can"), negative: finite("cannot") },
    german: { positive: finite("kann", "können"), negative: finite("kann", "können") },
  },
  // "must not" forbids, so that it is "darf nicht": "muss nicht" would only say that there is no need.
  must: {
    english: { positive: finite("must"), negative: finite("must not") },
    german: { positive: finite("muss", "müssen"), negative: finite("darf", "dürfen") },
  },
  want: {
    english: {
      positive: finite("wants to", "want to"),
      negative: finite("does not want to", "do not want to"),
    },
    german: { positive: finite("will", "wollen"), negative: finite("will", "wollen") },
  },
  should: {
    english: { positive: finite("should"), negative: finite("should not") },
    german: { positive: finite("sollte", "sollten"), negative: finite("sollte", "sollten") },
  },
  // "may" would also mean "perhaps".
  allowed: {
    english: {
      positive: finite("is allowed to", "are allowed to"),
      negative: finite("is not allowed to", "are not allowed to"),
    },
    german: { positive: finite("darf", "dürfen"), negative: finite("darf", "dürfen") },
  },
};
