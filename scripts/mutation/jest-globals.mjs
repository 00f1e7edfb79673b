// What the table tests use of @jest/globals, to be run without jest: a mutant is judged in a fraction of the second in
// which jest would start. `expect` is jest's own.

import { format } from "node:util";
import { expect } from "expect";

export { expect };

/** The tests of the files imported so far, in order: name and function. */
export const tests = [];

const path = [];

function register(name, run) {
  tests.push({ name: [...path, name].join(" › "), run });
}

function group(name, define) {
  path.push(name);
  define();
  path.pop();
}

/** As jest's `each`: rows of arguments, of which the first fill the title's placeholders. */
const each = (declare) => (rows) => (title, use) => {
  for (const row of rows) {
    const args = Array.isArray(row) ? row : [row];
    const count = title.match(/%[sdi]/g)?.length ?? 0;
    declare(format(title, ...args.slice(0, count)), () => use(...args));
  }
};

export const describe = Object.assign(group, { each: each(group) });
export const test = Object.assign(register, { each: each(register) });
