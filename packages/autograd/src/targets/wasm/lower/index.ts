import type { Lowering } from "../step.js";
import { matmul } from "./matmul.js";

/** What each instruction becomes, by the name of its kernel; what is not here the reference does. */
export const lowerings: Readonly<Record<string, Lowering>> = { matmul };
