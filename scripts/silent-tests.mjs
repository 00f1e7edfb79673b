// Libraries are silent, so a test in which something reaches the console fails. A test of code that prints puts its
// own function in place of the console's.

import { afterEach } from "@jest/globals";

let firstPrinted;

for (const method of ["log", "info", "warn", "error", "debug"]) {
  const print = console[method];
  console[method] = function record(...values) {
    print.apply(console, values);
    firstPrinted ??= new Error(`this test printed with console.${method}: ${values.map(String).join(" ")}`);
    // The report then shows the line that printed, not this one.
    Error.captureStackTrace(firstPrinted, record);
  };
}

afterEach(() => {
  const printed = firstPrinted;
  firstPrinted = undefined;
  if (printed) throw printed;
});
