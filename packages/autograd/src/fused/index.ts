/** Operations of one kernel that could be written in others, each held against its composite by a test. */
export * from "./activations.js";
export * from "./attention.js";
export * from "./cross-entropy.js";
export * from "./layer-norm.js";
export * from "./softmax.js";
export * from "./updates.js";
