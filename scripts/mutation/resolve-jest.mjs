// A resolution hook: whoever imports @jest/globals gets jest-globals.mjs.

const globals = new URL("./jest-globals.mjs", import.meta.url).href;

export function resolve(specifier, context, next) {
  if (specifier === "@jest/globals") return { url: globals, shortCircuit: true };
  return next(specifier, context);
}
