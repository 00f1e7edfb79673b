import { CheckpointError, formatShape } from "@typegrad/autograd";

/** What the header says of one tensor; `start` and `end` count from the first byte behind the header. */
export interface Entry {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

/** The checked header of a safetensors file. */
export interface Header {
  /** In the order of the header. */
  readonly entries: readonly Entry[];
  readonly metadata: Record<string, string>;
  /** The first byte behind the header. */
  readonly begin: number;
}

/** Throws a CheckpointError: what is wrong, what came, and a hint. */
export const fail = (problem: string, got: string, hint = "the file is damaged or not a safetensors file"): never => {
  throw new CheckpointError(`readSafetensors: ${oneLine(problem)}`, { got: oneLine(got), hint });
};

/** What a file says of itself may be of any length and hold line breaks. */
function oneLine(text: string): string {
  const line = text.replace(/\p{Cc}+/gu, " ");
  return line.length > 200 ? `${line.slice(0, 200)} …` : line;
}

declare const TextDecoder: new (label: string, options: { fatal: boolean }) => { decode(bytes: Uint8Array): string };

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function parse(bytes: Uint8Array): { json: string; header: Record<string, unknown>; begin: number } {
  if (!ArrayBuffer.isView(bytes))
    fail("the content of a file is needed, as bytes", typeof bytes, "hand in a Uint8Array");
  if (bytes.length < 8) fail("the file is shorter than its header length", `${bytes.length} bytes`);
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(bytes.length - 8))
    fail("the header is longer than the file", `${length} of ${bytes.length - 8} bytes`);
  const begin = 8 + Number(length);
  try {
    const json = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, begin));
    const header: unknown = JSON.parse(json);
    if (isObject(header)) return { json, header, begin };
  } catch {
    // Told below.
  }
  return fail("the header is not a JSON object", `${length} bytes of header`);
}

/** The names that a JSON object has twice: parsing keeps the last of them without a word. */
function repeatedName(json: string): string | undefined {
  const seen = new Set<string>();
  let depth = 0;
  let text = "";
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:]/g)) {
    if (token === "{" || token === "[") depth++;
    else if (token === "}" || token === "]") depth--;
    else if (token !== ":") text = token;
    else if (depth === 1) {
      const name = JSON.parse(text) as string;
      if (seen.has(name)) return name;
      seen.add(name);
    }
  }
  return undefined;
}

const isSize = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;

function checkEntry(name: string, value: unknown, widths: Readonly<Record<string, number>>, size: number): Entry {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
  if (typeof dtype !== "string" || !Array.isArray(shape) || !shape.every(isSize) || !Array.isArray(offsets)) {
    return fail(`the entry of "${name}" is malformed`, JSON.stringify(value));
  }
  const [start, end] = offsets as unknown[];
  if (offsets.length !== 2 || !isSize(start) || !isSize(end) || start > end || end > size) {
    return fail(`the offsets of "${name}" lie outside the data`, `${JSON.stringify(offsets)} of ${size} bytes`);
  }
  if (!Object.hasOwn(widths, dtype)) {
    return fail(`"${name}" has an unsupported type`, dtype, `types that are read: ${Object.keys(widths).join(", ")}`);
  }
  const needed = shape.reduce((product: number, extent: number) => product * extent, widths[dtype]!);
  if (needed !== end - start) {
    const got = `${end - start} bytes for ${dtype} ${formatShape(shape)}`;
    return fail(`the bytes of "${name}" do not fill its shape`, got);
  }
  return { name, type: dtype, shape, start, end };
}

/** Each byte of the data belongs to exactly one tensor. */
function checkCover(entries: readonly Entry[], size: number): void {
  let end = 0;
  for (const entry of [...entries].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const place = `bytes ${entry.start} to ${entry.end}, those before it end at ${end}`;
    if (entry.start < end) fail(`"${entry.name}" overlaps another tensor`, place);
    if (entry.start > end) fail(`there is a hole before "${entry.name}"`, place);
    end = entry.end;
  }
  if (end !== size) fail("there are bytes that belong to no tensor", `${size} bytes of data, tensors end at ${end}`);
}

function checkMetadata(notes: unknown): Record<string, string> {
  const result: Record<string, string> = Object.create(null);
  if (notes === undefined) return result;
  if (!isObject(notes)) return fail("the notes are not an object of texts", JSON.stringify(notes));
  for (const [key, value] of Object.entries(notes)) {
    result[key] = typeof value === "string" ? value : fail(`the note "${key}" is not a text`, JSON.stringify(value));
  }
  return result;
}

/**
 * Reads and checks all that a safetensors file says of itself, before anything is allocated for its tensors.
 *
 * @param widths the element types that are read, with their bytes an element
 * @throws CheckpointError for a file that is truncated or contradicts itself.
 */
export function readHeader(bytes: Uint8Array, widths: Readonly<Record<string, number>>): Header {
  const { json, header, begin } = parse(bytes);
  const repeated = repeatedName(json);
  if (repeated !== undefined) fail("two tensors have the same name", `"${repeated}"`);
  const size = bytes.length - begin;
  const { __metadata__: notes, ...rest } = header;
  const entries = Object.entries(rest).map(([name, value]) => checkEntry(name, value, widths, size));
  checkCover(entries, size);
  return { entries, metadata: checkMetadata(notes), begin };
}
