/** An adverb that opens the sentence; in German the subject then follows the verb. */
export interface Adverb {
  readonly english: string;
  readonly german: string;
}

/** All adverbs of the grammar. */
export const adverbs: { readonly [name in "today" | "now" | "sometimes" | "perhaps"]: Adverb } = {
  today: { english: "today", german: "heute" },
  now: { english: "now", german: "jetzt" },
  sometimes: { english: "sometimes", german: "manchmal" },
  perhaps: { english: "perhaps", german: "vielleicht" },
};
