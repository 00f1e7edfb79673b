import type { GrammaticalNumber, NounClass } from "./features.js";
import type { Noun } from "./lexicon-nouns.js";
import { belongsTo } from "./lexicon-nouns.js";
import type { Slot } from "./lexicon-prepositions.js";
import { verbSlots } from "./lexicon-prepositions.js";

/** What a verb takes: no object, one in the German accusative, one in the dative, or a person and a thing. */
export type Frame = "intransitive" | "accusative" | "dative" | "ditransitive";

/** A verb with its forms in both languages. */
export interface Verb {
  readonly english: { readonly base: string; readonly third: string; readonly participle: string };
  readonly german: {
    readonly infinitive: string;
    /** Third person singular, without the particle. */
    readonly third: string;
    readonly participle: string;
    /** The auxiliary of the perfect. */
    readonly auxiliary: "haben" | "sein";
    /** The separable first part ("ein" in einladen), or "". */
    readonly particle: string;
  };
  readonly frame: Frame;
  readonly subjects: readonly NounClass[];
  /** Classes of the (direct) object; the indirect object is always a person. */
  readonly objects: readonly NounClass[];
  /** The prepositional phrases that can follow. */
  readonly slots: readonly Slot[];
}

type EnglishForms = readonly [base: string, third: string, participle: string];
/** Infinitive (a separable one with its hyphen: "ein-laden"), third person, participle with auxiliary. */
type GermanForms = readonly [infinitive: string, third: string, perfect: string];

interface Usage {
  readonly subjects?: readonly NounClass[];
  readonly objects?: readonly NounClass[];
  readonly slots?: readonly Slot[];
}

const living: readonly NounClass[] = ["person", "animal"];
const goods: readonly NounClass[] = ["text", "food", "drink", "thing"];
const place: readonly Slot[] = [verbSlots.in, verbSlots.behind];
const benefit: readonly Slot[] = [verbSlots.forSomebody];

function verb(frame: Frame, english: EnglishForms, german: GermanForms, usage: Usage): Verb {
  const [particle, stem] = german[0].includes("-") ? german[0].split("-") : ["", german[0]];
  const [participle, auxiliary] = german[2].split(" ");
  return {
    english: { base: english[0], third: english[1], participle: english[2] },
    german: {
      infinitive: `${particle}${stem}`,
      third: german[1],
      participle: participle ?? "",
      auxiliary: auxiliary === "sein" ? "sein" : "haben",
      particle: particle ?? "",
    },
    frame,
    subjects: usage.subjects ?? ["person"],
    objects: usage.objects ?? [],
    slots: usage.slots ?? [],
  };
}

/** All verbs of the grammar but the modals. */
export const verbs: readonly Verb[] = [
  verb("accusative", ["see", "sees", "seen"], ["sehen", "sieht", "gesehen haben"], {
    subjects: living,
    objects: ["person", "animal", "text", "thing", "food", "place"],
    slots: place,
  }),
  verb("accusative", ["hear", "hears", "heard"], ["hören", "hört", "gehört haben"], {
    subjects: living,
    objects: living,
    slots: place,
  }),
  verb("accusative", ["love", "loves", "loved"], ["lieben", "liebt", "geliebt haben"], {
    subjects: living,
    objects: living,
  }),
  verb("accusative", ["admire", "admires", "admired"], ["bewundern", "bewundert", "bewundert haben"], {
    objects: ["person", "animal", "motif", "place"],
  }),
  verb("accusative", ["find", "finds", "found"], ["finden", "findet", "gefunden haben"], {
    subjects: living,
    objects: ["person", "animal", "portable"],
    slots: place,
  }),
  verb("accusative", ["visit", "visits", "visited"], ["besuchen", "besucht", "besucht haben"], {
    objects: ["person", "place"],
  }),
  verb("accusative", ["invite", "invites", "invited"], ["ein-laden", "lädt", "eingeladen haben"], {
    objects: ["person"],
  }),
  verb("accusative", ["buy", "buys", "bought"], ["kaufen", "kauft", "gekauft haben"], {
    objects: ["animal", ...goods],
    slots: [verbSlots.in, ...benefit],
  }),
  verb("accusative", ["sell", "sells", "sold"], ["verkaufen", "verkauft", "verkauft haben"], {
    objects: ["animal", ...goods],
    slots: [verbSlots.in],
  }),
  verb("accusative", ["eat", "eats", "eaten"], ["essen", "isst", "gegessen haben"], {
    objects: ["food"],
    slots: place,
  }),
  verb("accusative", ["drink", "drinks", "drunk"], ["trinken", "trinkt", "getrunken haben"], {
    objects: ["drink"],
    slots: place,
  }),
  verb("accusative", ["write", "writes", "written"], ["schreiben", "schreibt", "geschrieben haben"], {
    objects: ["letter"],
    slots: [verbSlots.in, ...benefit],
  }),
  verb("accusative", ["paint", "paints", "painted"], ["malen", "malt", "gemalt haben"], {
    objects: ["animal", "motif"],
    slots: [...place, ...benefit],
  }),
  verb("accusative", ["carry", "carries", "carried"], ["tragen", "trägt", "getragen haben"], {
    objects: ["portable"],
    slots: [verbSlots.to, ...benefit],
  }),
  verb("accusative", ["lose", "loses", "lost"], ["verlieren", "verliert", "verloren haben"], {
    objects: ["animal", "portable"],
    slots: place,
  }),
  verb("accusative", ["hold", "holds", "held"], ["halten", "hält", "gehalten haben"], {
    objects: ["animal", "portable"],
    slots: benefit,
  }),
  verb("accusative", ["forget", "forgets", "forgotten"], ["vergessen", "vergisst", "vergessen haben"], {
    objects: ["person", "portable"],
    slots: place,
  }),
  verb("accusative", ["understand", "understands", "understood"], ["verstehen", "versteht", "verstanden haben"], {
    objects: ["person", "text"],
  }),
  verb("accusative", ["wash", "washes", "washed"], ["waschen", "wäscht", "gewaschen haben"], {
    objects: ["animal", "washable", "fruit"],
    slots: [...place, ...benefit],
  }),
  verb("accusative", ["repair", "repairs", "repaired"], ["reparieren", "repariert", "repariert haben"], {
    objects: ["fixable"],
    slots: benefit,
  }),
  verb("accusative", ["feed", "feeds", "fed"], ["füttern", "füttert", "gefüttert haben"], {
    objects: ["animal"],
    slots: place,
  }),

  verb("dative", ["help", "helps", "helped"], ["helfen", "hilft", "geholfen haben"], {
    objects: living,
    slots: place,
  }),
  verb("dative", ["thank", "thanks", "thanked"], ["danken", "dankt", "gedankt haben"], {
    objects: ["person"],
    slots: [verbSlots.forSomething],
  }),
  verb("dative", ["follow", "follows", "followed"], ["folgen", "folgt", "gefolgt sein"], {
    subjects: living,
    objects: living,
  }),

  verb("ditransitive", ["give", "gives", "given"], ["geben", "gibt", "gegeben haben"], { objects: goods }),
  verb("ditransitive", ["show", "shows", "shown"], ["zeigen", "zeigt", "gezeigt haben"], {
    objects: ["animal", "text", "thing", "place"],
  }),
  verb("ditransitive", ["bring", "brings", "brought"], ["bringen", "bringt", "gebracht haben"], {
    objects: ["portable", "drink"],
  }),
  verb("ditransitive", ["lend", "lends", "lent"], ["leihen", "leiht", "geliehen haben"], {
    objects: ["text", "thing"],
  }),
  verb("ditransitive", ["promise", "promises", "promised"], ["versprechen", "verspricht", "versprochen haben"], {
    objects: ["animal", "text", "food", "thing"],
  }),
  verb("ditransitive", ["offer", "offers", "offered"], ["an-bieten", "bietet", "angeboten haben"], {
    objects: ["food", "drink", "thing"],
  }),

  verb("intransitive", ["sleep", "sleeps", "slept"], ["schlafen", "schläft", "geschlafen haben"], {
    subjects: living,
    slots: place,
  }),
  verb("intransitive", ["work", "works", "worked"], ["arbeiten", "arbeitet", "gearbeitet haben"], {
    slots: [verbSlots.in],
  }),
  verb("intransitive", ["dance", "dances", "danced"], ["tanzen", "tanzt", "getanzt haben"], {
    slots: [verbSlots.in, verbSlots.withSomebody],
  }),
  verb("intransitive", ["play", "plays", "played"], ["spielen", "spielt", "gespielt haben"], {
    subjects: living,
    slots: [...place, verbSlots.withSomebody],
  }),
  verb("intransitive", ["go", "goes", "gone"], ["gehen", "geht", "gegangen sein"], {
    subjects: living,
    slots: [verbSlots.to],
  }),
  verb("intransitive", ["come", "comes", "come"], ["kommen", "kommt", "gekommen sein"], {
    slots: [verbSlots.to, verbSlots.withSomething],
  }),
  verb("intransitive", ["stay", "stays", "stayed"], ["bleiben", "bleibt", "geblieben sein"], {
    subjects: living,
    slots: place,
  }),
  verb("intransitive", ["arrive", "arrives", "arrived"], ["an-kommen", "kommt", "angekommen sein"], {
    slots: [verbSlots.arrivalIn, verbSlots.withSomething],
  }),
];

/** The finite German form without its particle; every plural equals the infinitive. */
export function germanFinite({ german }: Verb, number: GrammaticalNumber): string {
  return number === "singular" ? german.third : german.infinitive.slice(german.particle.length);
}

/** Whether the noun can be the verb's subject. */
export function takesSubject(verb: Verb, noun: Noun): boolean {
  return belongsTo(noun, verb.subjects);
}

/** Whether the noun can be the verb's only or direct object. */
export function takesObject(verb: Verb, noun: Noun): boolean {
  return belongsTo(noun, verb.objects);
}

/** Whether the noun can be the verb's indirect object: somebody who is given something. */
export function takesIndirect(verb: Verb, noun: Noun): boolean {
  return verb.frame === "ditransitive" && belongsTo(noun, ["person"]);
}
