import { isDeepStrictEqual } from "node:util";
import { measure } from "./measure.js";

// pnpm proof memory: the bytes that the tape of an encoder of six layers holds, with and without checkpoints.

const sizes = { batch: 4, length: 64, dModel: 128, numHeads: 8 };
const { without, checkpointed } = measure(sizes);
const ratio = checkpointed.peakBytes / without.peakBytes;
const same = isDeepStrictEqual(checkpointed.bits, without.bits);
const released = checkpointed.heldBytes === 0 && without.heldBytes === 0;

console.log(`memory: six encoder layers, [B, S, D] = [${sizes.batch}, ${sizes.length}, ${sizes.dModel}], dropout 0.1`);
console.log(`peak of the tape, stored:       ${without.peakBytes} bytes`);
console.log(`peak of the tape, checkpointed: ${checkpointed.peakBytes} bytes, ${(100 * ratio).toFixed(1)} %`);
console.log(`loss, gradients and next draw:  ${same ? "the same bits" : "different"}`);
console.log(`after the backward pass:        ${released ? "nothing is held" : "bytes are held"}`);
if (ratio > 0.5 || !same || !released) {
  console.log("failed: checkpoints must halve the peak, change no bit and leave nothing");
  process.exitCode = 1;
}
