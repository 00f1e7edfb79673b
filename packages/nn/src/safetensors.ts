import { CheckpointError, type DType, Tensor, type TypedArray, wrap } from "@typegrad/autograd";
import { fromBfloat16, fromFloat16 } from "./half.js";
import { fail, readHeader } from "./safetensors-header.js";

/** Tensors by name, and the text notes of the file. */
export interface SafetensorsFile {
  /** By name. */
  readonly tensors: Record<string, Tensor>;
  /** The text notes, by name. */
  readonly metadata: Record<string, string>;
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
  F16: { bytes: 2, read: (view, n) => ({ array: fromFloat16(view, n), dtype: "float32" }) },
  BF16: { bytes: 2, read: (view, n) => ({ array: fromBfloat16(view, n), dtype: "float32" }) },
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

const bytesOf = Object.fromEntries(Object.entries(readers).map(([type, { bytes }]) => [type, bytes]));

function narrow(value: bigint): number {
  if (value >= -(2n ** 31n) && value < 2n ** 31n) return Number(value);
  return fail("a 64-bit integer does not fit into int32", String(value), "only values of 32 bits are read");
}

declare const TextEncoder: new () => { encode(text: string): Uint8Array };

/**
 * Reads a safetensors file: 8 bytes of header length, JSON, little-endian data. F64, F32, F16 and
 * BF16 (as float32), I32, I64 (as int32) and BOOL.
 *
 * @throws CheckpointError for a file that is truncated or contradicts itself; nothing is allocated before all is checked.
 */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  const { entries, metadata, begin } = readHeader(bytes, bytesOf);
  const tensors: Record<string, Tensor> = Object.create(null);
  for (const { name, type, shape, start, end } of entries) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + begin + start, end - start);
    const { array, dtype } = readers[type]!.read(view, (end - start) / bytesOf[type]!);
    tensors[name] = wrap(array, dtype, shape);
  }
  return { tensors, metadata };
}

const types: Record<DType, string> = { float64: "F64", float32: "F32", int32: "I32", bool: "BOOL" };
const widths: Record<DType, number> = { float64: 8, float32: 4, int32: 4, bool: 1 };

function checkWritable(tensors: Record<string, Tensor>, metadata: Record<string, string>): void {
  const refuse = (problem: string, got: string, hint: string): never => {
    throw new CheckpointError(`writeSafetensors: ${problem}`, { got, hint });
  };
  for (const [name, x] of Object.entries(tensors)) {
    if (!(x instanceof Tensor))
      refuse(`"${name}" is not a tensor`, typeof x, "hand in tensors by name, as stateDict() does");
  }
  if (Object.hasOwn(tensors, "__metadata__")) {
    refuse("a tensor cannot have this name", "__metadata__", "the format keeps it for the text notes");
  }
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value !== "string")
      refuse(`the note "${key}" is not a text`, typeof value, "write it as a text, or as JSON");
  }
}

/**
 * The bytes of a safetensors file with the given tensors and text notes; wide types first, so that all are aligned.
 *
 * @throws CheckpointError for a value that is not a tensor, a note that is not a text, and a tensor named `__metadata__`.
 */
export function writeSafetensors(tensors: Record<string, Tensor>, metadata: Record<string, string> = {}): Uint8Array {
  checkWritable(tensors, metadata);
  const entries = Object.entries(tensors).sort(
    ([nameA, a], [nameB, b]) => widths[b.dtype] - widths[a.dtype] || (nameA < nameB ? -1 : 1),
  );
  // Without a prototype, so that "__proto__" is a name like any other.
  const header: Record<string, unknown> = Object.create(null);
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
