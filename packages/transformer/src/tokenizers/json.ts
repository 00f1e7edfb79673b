import { CheckpointError } from "@typegrad/autograd";

/** Throws a {@link CheckpointError} that speaks of a tokenizer's file: what is wrong, what came, and a hint. */
export function fail(problem: string, got: unknown, hint = "the file is damaged or not a tokenizer.json"): never {
  throw new CheckpointError(`tokenizer.json: ${oneLine(problem)}`, { got: oneLine(shown(got)), hint: oneLine(hint) });
}

const shown = (value: unknown): string => (value === undefined ? "nothing" : JSON.stringify(value));

/** What a file says of itself may be of any length and hold line breaks. */
function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ");
  return line.length > 200 ? `${line.slice(0, 200)} …` : line;
}

// No sequence of a real file lies deeper, and reading one takes a call for each level.
const DEEPEST = 16;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An object of a tokenizer's file whose fields are checked as they are read; errors name the path. */
export class JsonObject {
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(
    value: unknown,
    readonly path: string,
    readonly depth = 0,
  ) {
    if (!isObject(value)) fail(`${path} must be an object`, value);
    if (depth > DEEPEST) fail("objects lie too deep in each other", path.slice(-40), `at most ${DEEPEST} levels`);
    this.fields = value;
  }

  /** The field as it is; `undefined` where absent, and for what every object inherits. */
  get(name: string): unknown {
    return Object.hasOwn(this.fields, name) ? this.fields[name] : undefined;
  }

  #read<T>(name: string, what: string, accepts: (value: unknown) => value is T, fallback?: T): T {
    const value = this.get(name) ?? fallback;
    return accepts(value) ? value : fail(`${this.path}.${name} must be ${what}`, value);
  }

  /** A field that is a text, or the fallback where it is absent or null. */
  text(name: string, fallback?: string): string {
    return this.#read(name, "a text", (value) => typeof value === "string", fallback);
  }

  /** A field that is true or false, or the fallback where it is absent or null. */
  flag(name: string, fallback?: boolean): boolean {
    return this.#read(name, "true or false", (value) => typeof value === "boolean", fallback);
  }

  /** A field that is a whole number of 0 or more, or the fallback where it is absent or null. */
  count(name: string, fallback?: number): number {
    const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
    return this.#read(name, "a whole number, 0 or more", isCount, fallback);
  }

  /** A field that is a list. */
  list(name: string, fallback?: readonly unknown[]): readonly unknown[] {
    return this.#read(name, "a list", (value): value is readonly unknown[] => Array.isArray(value), fallback);
  }

  /** A field that is an object. */
  object(name: string): JsonObject {
    return new JsonObject(this.get(name), `${this.path}.${name}`, this.depth + 1);
  }

  /** A field that is a list of objects. */
  objects(name: string, fallback?: readonly unknown[]): JsonObject[] {
    return this.list(name, fallback).map(
      (item, i) => new JsonObject(item, `${this.path}.${name}[${i}]`, this.depth + 1),
    );
  }
}

/** What makes a part of a tokenizer of its object in the file. */
export type Reader<T> = (json: JsonObject) => T;

/**
 * The part that an object describes, by its `type`.
 * @throws CheckpointError that names the kind, where it is none of the table's
 */
export function readKind<T>(kinds: Readonly<Record<string, Reader<T>>>, json: JsonObject): T {
  const type = json.get("type");
  if (typeof type !== "string" || !Object.hasOwn(kinds, type)) {
    fail(`this kind of ${json.path} is not supported`, type, `supported: ${Object.keys(kinds).join(", ")}`);
  }
  return kinds[type]!(json);
}

/** A copy of what was handed in, a text or the parsed object, as the text of a file. */
export function fileText(file: unknown): string {
  try {
    const text: unknown = JSON.stringify(typeof file === "string" ? JSON.parse(file) : file);
    if (typeof text === "string") return text;
  } catch {
    // Told below.
  }
  return fail("it is not JSON", typeof file, "hand in the text of the file, or what JSON.parse makes of it");
}
