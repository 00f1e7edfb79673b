import type { Draw } from "./draw.js";
import { chance, pick, pickWeighted } from "./draw.js";
import { modals } from "./lexicon-modals.js";
import type { Noun } from "./lexicon-nouns.js";
import { belongsTo } from "./lexicon-nouns.js";
import { personalPronouns } from "./lexicon-pronouns.js";
import type { Verb } from "./lexicon-verbs.js";
import { takesIndirect, takesObject, takesSubject, verbs } from "./lexicon-verbs.js";
import type { Ornaments, Scope } from "./sample-noun-phrase.js";
import { sampleNoun, sampleNounPhrase, samplePrepositionalPhrase, scopes } from "./sample-noun-phrase.js";
import type { Clause, Gap, Mode, NounPhrase, PrepositionalPhrase } from "./tree.js";

/** What is decided about a clause before it is drawn. */
export interface ClausePlan {
  /** The noun that a relative clause describes, and the part of the clause that it fills. */
  readonly gap: { readonly role: Role; readonly noun: Noun } | undefined;
  /** The part of the clause that gets a relative clause of its own. */
  readonly relative: "subject" | "object" | undefined;
  /** Percentage of clauses with a pronoun as subject. */
  readonly pronoun: number;
  readonly ornaments: Ornaments;
  /** Percentage of clauses with a prepositional phrase, among those that can have one. */
  readonly place: number;
}

/** The parts of a clause that a relative pronoun can fill. */
export type Role = "subject" | "object" | "indirect";

/** What a negation leaves open: the determiners of each part of the clause. */
interface Polarity {
  readonly negated: boolean;
  readonly subject: Scope;
  readonly indirect: Scope;
  readonly object: Scope;
  readonly place: Scope;
}

const gap: Gap = { kind: "gap" };
const relativeOrnaments: Ornaments = { adjective: 25, owner: 0, phrase: 0 };

/** Ornaments of a noun phrase that also gets a relative clause, or that other noun phrases follow. */
const adjectiveOnly: Ornaments = { adjective: 35, owner: 0, phrase: 0 };

/** Draws a clause. `used` collects the nouns of the sentence, so that none comes twice. */
export function sampleClause(draw: Draw, used: Set<Noun>, plan: ClausePlan): Clause {
  const verb = pick(draw, verbsFor(plan));
  const mode = sampleMode(draw);
  const pronoun = plan.gap?.role !== "subject" && plan.relative !== "subject" && chance(draw, plan.pronoun);
  const polarity = samplePolarity(draw, verb, mode, plan, pronoun);
  const part = (role: Role, scope: Scope, test: (noun: Noun) => boolean): NounPhrase | Gap =>
    plan.gap?.role === role ? gap : samplePart(draw, used, plan, role, scope, polarity.negated, test);
  const subject = pronoun
    ? ({ kind: "pronoun", pronoun: pick(draw, Object.values(personalPronouns)) } as const)
    : part("subject", polarity.subject, (noun) => takesSubject(verb, noun));
  const indirect =
    verb.frame === "ditransitive"
      ? part("indirect", polarity.indirect, (noun) => takesIndirect(verb, noun))
      : undefined;
  const object =
    verb.frame === "intransitive" ? undefined : part("object", polarity.object, (noun) => takesObject(verb, noun));
  const place = samplePlace(draw, used, plan, verb, object, polarity);
  return { subject, verb, mode, negated: polarity.negated, indirect, object, place };
}

/** The parts of clauses that a relative pronoun for this noun can fill, with the verbs of these clauses. */
export function verbsByRole(noun: Noun): ReadonlyMap<Role, readonly Verb[]> {
  return new Map<Role, readonly Verb[]>([
    ["subject", verbs.filter((verb) => takesSubject(verb, noun))],
    ["object", verbs.filter((verb) => takesObject(verb, noun))],
    ["indirect", verbs.filter((verb) => takesIndirect(verb, noun))],
  ]);
}

function verbsFor({ gap: filled, relative }: ClausePlan): readonly Verb[] {
  if (filled) {
    return verbsByRole(filled.noun).get(filled.role) ?? [];
  }
  return relative === "object" ? verbs.filter(({ frame }) => frame !== "intransitive") : verbs;
}

function sampleMode(draw: Draw): Mode {
  return pickWeighted<Mode>(draw, [
    ["present", 40],
    ["perfect", 30],
    [pick(draw, Object.values(modals)), 30],
  ]);
}

/**
 * Draws whether the clause is negative, by "not" or by one "no", and what that allows. Beside a negation all
 * other parts are definite, or else it would be unclear what is denied. A modal verb never meets "no".
 */
function samplePolarity(draw: Draw, verb: Verb, mode: Mode, plan: ClausePlan, pronoun: boolean): Polarity {
  const { plain, definite, free, no } = scopes;
  if (chance(draw, 18)) {
    return { negated: true, subject: definite, indirect: definite, object: plain, place: definite };
  }
  const positive: Polarity = { negated: false, subject: free, indirect: free, object: free, place: plain };
  if (typeof mode === "object" || !chance(draw, 10)) {
    return positive;
  }
  const plainParts: Polarity = { negated: false, subject: plain, indirect: plain, object: plain, place: definite };
  const parts = (["subject", "indirect", "object"] as const).filter(
    (role) =>
      plan.gap?.role !== role &&
      !(role === "subject" && pronoun) &&
      !(role === "object" && verb.frame === "intransitive") &&
      !(role === "indirect" && verb.frame !== "ditransitive"),
  );
  return parts.length === 0 ? positive : { ...plainParts, [pick(draw, parts)]: no };
}

function samplePart(
  draw: Draw,
  used: Set<Noun>,
  plan: ClausePlan,
  role: Role,
  scope: Scope,
  negated: boolean,
  test: (noun: Noun) => boolean,
): NounPhrase {
  const noun = sampleNoun(draw, used, test);
  if (plan.relative === role) {
    const phrase = sampleNounPhrase(draw, used, noun, scope, adjectiveOnly);
    return { ...phrase, modifier: { kind: "relative", clause: sampleRelativeClause(draw, used, noun) } };
  }
  return sampleNounPhrase(draw, used, noun, scope, ornamentsOf(plan, role, negated));
}

/** A denied object has no prepositional phrase: it could belong to the verb, and then "nicht" would precede it. */
function ornamentsOf({ ornaments }: ClausePlan, role: Role, negated: boolean): Ornaments {
  if (role === "indirect") {
    return adjectiveOnly;
  }
  return role === "object" && negated ? { ...ornaments, phrase: 0 } : ornaments;
}

function sampleRelativeClause(draw: Draw, used: Set<Noun>, noun: Noun): Clause {
  const weights: { readonly [role in Role]: number } = { subject: 45, object: 40, indirect: 15 };
  const roles = [...verbsByRole(noun)].filter(([, candidates]) => candidates.length > 0);
  const role = pickWeighted(
    draw,
    roles.map(([name]) => [name, weights[name]]),
  );
  return sampleClause(draw, used, {
    gap: { role, noun },
    relative: undefined,
    pronoun: 25,
    ornaments: relativeOrnaments,
    place: 20,
  });
}

/** No phrase follows an object with a relative clause, or a negated object: it would be unclear where it belongs. */
function samplePlace(
  draw: Draw,
  used: Set<Noun>,
  plan: ClausePlan,
  verb: Verb,
  object: NounPhrase | Gap | undefined,
  polarity: Polarity,
): PrepositionalPhrase | undefined {
  const filled = object?.kind === "noun" ? object.noun : plan.gap?.noun;
  const isPlace = verb.frame !== "intransitive" && filled !== undefined && belongsTo(filled, ["place"]);
  const blocked = (object !== undefined && polarity.negated) || plan.relative === "object" || isPlace;
  if (blocked || verb.slots.length === 0 || !chance(draw, plan.place)) {
    return undefined;
  }
  const { preposition, classes } = pick(draw, verb.slots);
  return samplePrepositionalPhrase(draw, used, preposition, classes, polarity.place);
}
