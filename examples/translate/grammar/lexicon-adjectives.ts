import type { NounClass } from "./features.js";

/** An attributive adjective. The German entry is the stem that the ending is added to. */
export interface Adjective {
  readonly english: string;
  readonly stem: string;
  /** The classes of nouns it can describe. */
  readonly describes: readonly NounClass[];
}

function adjective(english: string, stem: string, ...describes: NounClass[]): Adjective {
  return { english, stem, describes };
}

/** All adjectives of the grammar. */
export const adjectives: readonly Adjective[] = [
  adjective("old", "alt", "adult", "animal", "text", "thing", "place"),
  adjective("young", "jung", "adult", "animal"),
  adjective("small", "klein", "person", "animal", "thing", "place", "fruit"),
  adjective("big", "groß", "person", "animal", "thing", "place", "fruit"),
  adjective("new", "neu", "text", "thing", "place"),
  adjective("red", "rot", "thing", "fruit"),
  adjective("black", "schwarz", "animal", "thing"),
  adjective("beautiful", "schön", "person", "animal", "thing", "place"),
  adjective("tired", "müd", "person", "animal"),
  adjective("happy", "glücklich", "person"),
  adjective("hungry", "hungrig", "person", "animal"),
  adjective("friendly", "freundlich", "person", "animal"),
  adjective("rich", "reich", "person"),
  adjective("poor", "arm", "person"),
  adjective("fresh", "frisch", "food", "drink"),
  adjective("cold", "kalt", "food", "drink", "place"),
];
