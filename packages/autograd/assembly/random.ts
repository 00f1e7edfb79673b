// Philox4x32-10, four blocks at a time: the words of `targets/reference/random.ts`.

/** As `targets/wasm/lower/random.ts` writes it word by word. */
@unmanaged
class Draw {
  /** int32 [4]: key and number of the draw. */
  state: usize;
  output: usize;
  count: i32;
  /** Elements that a task has, a multiple of 16. */
  block: i32;
}

/** Uniform in [0, 1): the upper 24 bits of word i mod 4 of block ⌊i / 4⌋. */
export function uniform(descriptor: usize, from: i32, to: i32, scratch: usize): void {
  const s = changetype<Draw>(descriptor);
  const end = min(to * s.block, s.count);
  for (let i = from * s.block; i < end; i += 16) {
    const room = i + 16 <= end ? s.output + (i << 2) : scratch;
    drawBlocks(s.state, i >> 2, room);
    if (room === scratch) memory.copy(s.output + (i << 2), scratch, (end - i) << 2);
  }
}

/** What the keys grow by, and the two factors; loaded, since some engines build a constant vector anew at each use. */
const constants = memory.data<u32>([0x9e3779b9, 0xbb67ae85, 0xd2511f53, 0xcd9e8d57], 16);

/** The numbers of four blocks from `block` on. */
function drawBlocks(state: usize, block: i32, to: usize): void {
  const keyStep0 = v128.load32_splat(constants);
  const keyStep1 = v128.load32_splat(constants, 4);
  let k0 = v128.load32_splat(state);
  let k1 = v128.load32_splat(state, 4);
  let c0 = i32x4.add(i32x4.splat(block), i32x4(0, 1, 2, 3));
  let c1 = i32x4.splat(0);
  let c2 = v128.load32_splat(state, 8);
  let c3 = v128.load32_splat(state, 12);
  const factor0 = v128.load32_splat(constants, 8);
  const factor1 = v128.load32_splat(constants, 12);
  for (let round = 0; round < 10; round++) {
    const low0 = i64x2.extmul_low_i32x4_u(c0, factor0);
    const high0 = i64x2.extmul_high_i32x4_u(c0, factor0);
    const low1 = i64x2.extmul_low_i32x4_u(c2, factor1);
    const high1 = i64x2.extmul_high_i32x4_u(c2, factor1);
    c0 = v128.xor(v128.xor(v128.shuffle<i32>(low1, high1, 1, 3, 5, 7), c1), k0);
    c1 = v128.shuffle<i32>(low1, high1, 0, 2, 4, 6);
    c2 = v128.xor(v128.xor(v128.shuffle<i32>(low0, high0, 1, 3, 5, 7), c3), k1);
    c3 = v128.shuffle<i32>(low0, high0, 0, 2, 4, 6);
    k0 = i32x4.add(k0, keyStep0);
    k1 = i32x4.add(k1, keyStep1);
  }
  // Word by word becomes block by block.
  const ab = v128.shuffle<i32>(c0, c1, 0, 4, 1, 5);
  const cd = v128.shuffle<i32>(c2, c3, 0, 4, 1, 5);
  const abHigh = v128.shuffle<i32>(c0, c1, 2, 6, 3, 7);
  const cdHigh = v128.shuffle<i32>(c2, c3, 2, 6, 3, 7);
  v128.store(to, uniformOf(v128.shuffle<i64>(ab, cd, 0, 2)));
  v128.store(to, uniformOf(v128.shuffle<i64>(ab, cd, 1, 3)), 16);
  v128.store(to, uniformOf(v128.shuffle<i64>(abHigh, cdHigh, 0, 2)), 32);
  v128.store(to, uniformOf(v128.shuffle<i64>(abHigh, cdHigh, 1, 3)), 48);
}

/** 24 bits of each word, as a fraction: times 2^−24. */
function uniformOf(words: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(words, 8)), f32x4.splat(1.0 / 16777216.0));
}
