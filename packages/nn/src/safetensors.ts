import { CheckpointError, type DType, formatShape, type Tensor, type TypedArray, wrap } from "@typegrad/autograd";

/** Tensors by name, and the text notes of the file. */
export interface SafetensorsFile {
  readonly tensors: Record<string, Tensor>;
  readonly metadata: Record<string, string>;
}

interface Entry {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

type Reader = (view: DataView, count: number) => { array: TypedArray; dtype: DType };

/** The element types of the format that are read: bytes an element, and how they become a tensor's array. */
const readers: Record<string, { readonly bytes: number; readonly read: Reader }> = {
  F64: {
    bytes: 8,
    read: (view, n) => ({
      array: Float64Array.from({ length: n }, (_, i) => view.getFloat64(8 * i, true)),
      dtype: "float64",
    }),
  },
  F32: {
    bytes: 4,
    read: (view, n) => ({
      array: Float32Array.from({ length: n }, (_, i) => view.getFloat32(4 * i, true)),
      dtype: "float32",
    }),
  },
  I32: {
    bytes: 4,
    read: (view, n) => ({
      array: Int32Array.from({ length: n }, (_, i) => view.getInt32(4 * i, true)),
      dtype: "int32",
    }),
  },
  I64: {
    bytes: 8,
    read: (view, n) => ({
      array: Int32Array.from({ length: n }, (_, i) => narrow(view.getBigInt64(8 * i, true))),
      dtype: "int32",
    }),
  },
  BOOL: {
    bytes: 1,
    read: (view, n) => ({
      array: Uint8Array.from({ length: n }, (_, i) => Number(view.getUint8(i) !== 0)),
      dtype: "bool",
    }),
  },
};

const fail = (problem: string, got: string, hint = "the file is damaged or not a safetensors file"): never => {
  throw new CheckpointError(`readSafetensors: ${problem}`, { got, hint });
};

function narrow(value: bigint): number {
  if (value >= -(2n ** 31n) && value < 2n ** 31n) return Number(value);
  return fail("a 64-bit integer does not fit into int32", String(value), "only values of 32 bits are read");
}

declare const TextDecoder: new (label: string, options: { fatal: boolean }) => { decode(bytes: Uint8Array): string };
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

function parseHeader(bytes: Uint8Array): { header: Record<string, unknown>; begin: number } {
  if (bytes.length < 8) fail("the file is shorter than its header length", `${bytes.length} bytes`);
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(bytes.length - 8))
    fail("the header is longer than the file", `${length} of ${bytes.length - 8} bytes`);
  const begin = 8 + Number(length);
  try {
    const header: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, begin)));
    if (typeof header === "object" && header !== null && !Array.isArray(header)) {
      return { header: header as Record<string, unknown>, begin };
    }
  } catch {
    // Told below.
  }
  return fail("the header is not a JSON object", `${length} bytes of header`);
}

function checkEntry(name: string, value: unknown, size: number): Entry {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
  const isSize = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;
  if (typeof dtype !== "string" || !Array.isArray(shape) || !shape.every(isSize)) {
    return fail(`the entry of "${name}" is malformed`, JSON.stringify(value)?.slice(0, 200) ?? "nothing");
  }
  const [start, end] = Array.isArray(offsets) ? (offsets as unknown[]) : [];
  if (!isSize(start) || !isSize(end) || start > end || end > size) {
    return fail(`the offsets of "${name}" lie outside the data`, `${JSON.stringify(offsets)} of ${size} bytes`);
  }
  const reader = Object.hasOwn(readers, dtype) ? readers[dtype]! : null;
  if (reader === null) {
    return fail(`"${name}" has an unsupported type`, dtype, `types that are read: ${Object.keys(readers).join(", ")}`);
  }
  const needed = shape.reduce((product: number, extent: number) => product * extent, reader.bytes);
  if (needed !== end - start) {
    return fail(
      `the bytes of "${name}" do not fill its shape`,
      `${end - start} bytes for ${dtype} ${formatShape(shape)}`,
    );
  }
  return { name, type: dtype, shape, start, end };
}

/**
 * Reads a safetensors file: 8 bytes of header length, JSON, little-endian data. F64, F32, I32, I64 (as int32) and BOOL.
 *
 * @throws CheckpointError for a file that is truncated or contradicts itself; nothing is allocated before all is checked.
 */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  const { header, begin } = parseHeader(bytes);
  const size = bytes.length - begin;
  const { __metadata__: notes, ...rest } = header;
  const entries = Object.entries(rest).map(([name, value]) => checkEntry(name, value, size));
  let end = 0;
  for (const entry of [...entries].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (entry.start < end) fail(`"${entry.name}" overlaps another tensor`, `bytes ${entry.start} to ${entry.end}`);
    end = entry.end;
  }
  const tensors: Record<string, Tensor> = Object.create(null);
  for (const { name, type, shape, start, end: stop } of entries) {
    const { bytes: width, read } = readers[type]!;
    const view = new DataView(bytes.buffer, bytes.byteOffset + begin + start, stop - start);
    const { array, dtype } = read(view, (stop - start) / width);
    tensors[name] = wrap(array, dtype, shape);
  }
  return { tensors, metadata: checkMetadata(notes) };
}

function checkMetadata(notes: unknown): Record<string, string> {
  const result: Record<string, string> = Object.create(null);
  for (const [key, value] of Object.entries(notes ?? {})) {
    result[key] = typeof value === "string" ? value : fail(`the note "${key}" is not a text`, typeof value);
  }
  return result;
}

const types: Record<DType, string> = { float64: "F64", float32: "F32", int32: "I32", bool: "BOOL" };
const widths: Record<DType, number> = { float64: 8, float32: 4, int32: 4, bool: 1 };

/** The bytes of a safetensors file with the given tensors and text notes; wide types first, so that all are aligned. */
export function writeSafetensors(tensors: Record<string, Tensor>, metadata: Record<string, string> = {}): Uint8Array {
  const entries = Object.entries(tensors).sort(
    ([nameA, a], [nameB, b]) => widths[b.dtype] - widths[a.dtype] || (nameA < nameB ? -1 : 1),
  );
  const header: Record<string, unknown> = {};
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata;
  let offset = 0;
  for (const [name, x] of entries) {
    const end = offset + x.size * widths[x.dtype];
    header[name] = { dtype: types[x.dtype], shape: x.shape, data_offsets: [offset, end] };
    offset = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + length + offset).fill(32, 8 + text.length, 8 + length);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(length), true);
  bytes.set(text, 8);
  let at = 8 + length;
  for (const [, x] of entries) {
    for (const value of x.data) {
      if (x.dtype === "float64") view.setFloat64(at, value, true);
      else if (x.dtype === "float32") view.setFloat32(at, value, true);
      else if (x.dtype === "int32") view.setInt32(at, value, true);
      else view.setUint8(at, value);
      at += widths[x.dtype];
    }
  }
  return bytes;
}
