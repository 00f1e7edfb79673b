/** The calculus. Every exported primitive is one operation; this namespace is their registry. */
export * from "./indexing.js";
export * from "./linear.js";
export * from "./pointwise.js";
export * from "./random.js";
export * from "./reductions.js";
export * from "./views.js";
export * from "./windows.js";
