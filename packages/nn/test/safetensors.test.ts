import { describe, expect, test } from "@jest/globals";
import { CheckpointError, Generator, randint, tensor, zeros } from "@typegrad/autograd";
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

const one = JSON.stringify(f32([1], 0, 4));

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

  test.each<[string, number[], number[]]>([
    // 1, −2, the greatest, the least normal, the least and the greatest below it, −0, infinity, 1 / 3.
    [
      "F16",
      [0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x03ff, 0x8000, 0x7c00, 0x3555],
      [1, -2, 65504, 1 / 16384, 1 / 16777216, 1023 / 16777216, -0, Number.POSITIVE_INFINITY, 0.333251953125],
    ],
    // 1, −2, 3.140625, −0, −infinity.
    ["BF16", [0x3f80, 0xc000, 0x4049, 0x8000, 0xff80], [1, -2, 3.140625, -0, Number.NEGATIVE_INFINITY]],
  ])("%s is read as float32, exactly", (dtype, bits, values) => {
    const nan = dtype === "F16" ? 0x7e01 : 0x7fc1;
    const size = 2 * (bits.length + 1);
    const bytes = file({ a: { dtype, shape: [bits.length + 1], data_offsets: [0, size] } }, size);
    const view = new DataView(bytes.buffer, bytes.length - size);
    [...bits, nan].forEach((half, i) => {
      view.setUint16(2 * i, half, true);
    });
    const { a } = readSafetensors(bytes).tensors;
    expect(a!.dtype).toBe("float32");
    expect([...a!.data]).toEqual([...values, Number.NaN]);
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
    ["a note that is no text", file({ __metadata__: { a: 1 } }), /the note "a" is not a text/],
    ["notes that are a text", file({ __metadata__: "abc" }), /not an object of texts/],
    ["notes that are a list", file({ __metadata__: ["abc"] }), /not an object of texts/],
    ["a negative offset", file({ a: f32([1], -4, 0) }, 4), /lie outside the data/],
    ["a fractional offset", file({ a: f32([1], 0.5, 4.5) }, 8), /lie outside the data/],
    ["three offsets", file({ a: { ...f32([1], 0, 4), data_offsets: [0, 4, 8] } }, 8), /lie outside the data/],
    ["no offsets", file({ a: { dtype: "F32", shape: [1] } }, 4), /malformed/],
    ["a hole in front", file({ a: f32([1], 4, 8) }, 8), /hole before "a"\ngot: bytes 4 to 8, those before it end at 0/],
    ["a hole between", file({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12), /hole before "b"/],
    ["bytes behind the last tensor", file({ a: f32([1], 0, 4) }, 8), /belong to no tensor/],
    ["the same bytes twice", file({ a: f32([1], 0, 4), b: f32([1], 0, 4) }, 4), /overlaps another/],
    ["two tensors of one name", file(`{"a":${one},"a":${one}}`, 4), /the same name\ngot: "a"/],
    ["two spellings of one name", file(`{"a":${one},"\\u0061":${one}}`, 4), /the same name/],
    ["a header nested without end", file("[".repeat(100_000)), /not a JSON object/],
    ["a header of broken UTF-8", file("{}").fill(0xff, 8), /not a JSON object/],
    ["a wide integer", file({ a: { dtype: "I64", shape: [1], data_offsets: [0, 8] } }, 8).fill(127, -1), /into int32/],
    ["what is no bytes", "a path" as never, /as bytes\ngot: string\nhint: hand in a Uint8Array/],
  ];
  test.each(bad)("refuses %s", (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(message);
    expect(() => readSafetensors(bytes)).toThrow(CheckpointError);
  });

  test("what a damaged file says is told in three lines of bounded length", () => {
    const shape = new Array(100_000).fill(2);
    const lines = (bytes: Uint8Array): string[] => {
      try {
        readSafetensors(bytes);
      } catch (error) {
        return (error as Error).message.split("\n");
      }
      return [];
    };
    expect(lines(file({ a: f32(shape, 0, 4) }, 4)).map((line) => line.length < 250)).toEqual([true, true, true]);
    expect(lines(file({ "a\nb": f32([3], 0, 4) }, 4))).toHaveLength(3);
  });

  test("changes at random are read or refused, nothing else", () => {
    const whole = writeSafetensors({ a: tensor([[1, 2]]), b: tensor([true]), c: tensor([1, 2, 3]) }, { note: "x" });
    const generator = new Generator("safetensors");
    const draw = (n: number): Int32Array => randint(0, n, [2000], { generator }).data as Int32Array;
    const [first, second] = [draw(whole.length), draw(whole.length)];
    const [byte, sign] = [draw(256), draw(24)];
    const outcomes = { read: 0, refused: 0 };
    for (let i = 0; i < first.length; i++) {
      const bytes = whole.slice();
      bytes[first[i]!] = byte[i]!;
      bytes[second[i]!] = '{}[]",:-.e0123456789 tru'.charCodeAt(sign[i]!);
      try {
        readSafetensors(bytes);
        outcomes.read++;
      } catch (error) {
        expect(error).toBeInstanceOf(CheckpointError);
        outcomes.refused++;
      }
    }
    expect(Math.min(outcomes.read, outcomes.refused)).toBeGreaterThan(20);
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
    expect(Object.keys(readSafetensors(writeSafetensors(tensors)).tensors)).toEqual(["__proto__"]);
  });

  test("what would not be read again is not written", () => {
    expect(() => writeSafetensors({ __metadata__: zeros([1]) })).toThrow(/cannot have this name/);
    expect(() => writeSafetensors({ a: [1] as never })).toThrow(/"a" is not a tensor/);
    expect(() => writeSafetensors({}, { n: 3 as never })).toThrow(/the note "n" is not a text/);
  });
});
