import { describe, expect, test } from "@jest/globals";
import { CheckpointError, tensor, zeros } from "@typegrad/autograd";
import { readSafetensors, writeSafetensors } from "../src/index.js";

/** A file with this header (a text or what becomes one) and `size` bytes of data. */
function file(header: unknown, size = 0, length?: bigint): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + size);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const f32 = (shape: number[], start: number, end: number) => ({ dtype: "F32", shape, data_offsets: [start, end] });

describe("safetensors", () => {
  test("what is written is read", () => {
    const tensors = {
      a: tensor([
        [1.5, -2],
        [3, 4],
      ]),
      b: tensor(Float64Array.of(Math.PI, Number.NaN)),
      c: tensor(Int32Array.of(-7)),
      d: tensor([true, false, true]),
      e: zeros([0, 3]),
      f: tensor(7),
      g: tensor([[1, 2, 3]]).transpose(0, 1),
    };
    const { tensors: read, metadata } = readSafetensors(writeSafetensors(tensors, { note: "ü" }));
    expect({ ...metadata }).toEqual({ note: "ü" });
    for (const [name, x] of Object.entries(tensors)) {
      expect([read[name]!.shape, read[name]!.dtype, read[name]!.toArray()]).toEqual([x.shape, x.dtype, x.toArray()]);
    }
  });

  const bad: [string, Uint8Array, RegExp][] = [
    ["shorter than its header length", new Uint8Array(5), /shorter than its header length/],
    ["a header beyond the file", file({}, 0, 2n ** 63n), /header is longer than the file/],
    ["a header that is not JSON", file("{nonsense"), /not a JSON object/],
    ["a list as header", file("[]"), /not a JSON object/],
    ["overlapping tensors", file({ a: f32([2], 0, 8), b: f32([2], 4, 12) }, 12), /overlaps another/],
    ["offsets outside", file({ a: f32([2], 0, 8) }, 4), /lie outside the data/],
    ["offsets in reverse", file({ a: f32([0], 4, 0) }, 8), /lie outside the data/],
    ["a huge shape", file({ a: f32([2 ** 40, 2 ** 40], 0, 8) }, 8), /do not fill its shape/],
    ["a negative extent", file({ a: f32([-2], 0, 8) }, 8), /malformed/],
    ["an unknown type", file({ a: { dtype: "F8", shape: [1], data_offsets: [0, 1] } }, 1), /unsupported type\ngot: F8/],
    [
      "a type named like a method",
      file({ a: { dtype: "toString", shape: [], data_offsets: [0, 4] } }, 4),
      /unsupported/,
    ],
    ["a null entry", file({ a: null }), /malformed/],
    ["a note that is no text", file({ __metadata__: { a: 1 } }), /not a text/],
  ];
  test.each(bad)("refuses %s", (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(message);
    expect(() => readSafetensors(bytes)).toThrow(CheckpointError);
  });

  test("every truncation of a file is refused", () => {
    const whole = writeSafetensors({ a: tensor([1, 2, 3]) });
    for (let length = 0; length < whole.length; length++) {
      expect(() => readSafetensors(whole.subarray(0, length))).toThrow(CheckpointError);
    }
  });

  test("a name like __proto__ is a name", () => {
    const { tensors } = readSafetensors(file('{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4));
    expect(Object.keys(tensors)).toEqual(["__proto__"]);
  });
});
