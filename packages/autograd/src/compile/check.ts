import type { Specialization } from "./specialization.js";
export function checkRepeated(_: unknown, __: unknown, ___: Specialization): void {}
