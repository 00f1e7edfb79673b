import type { Kind } from "../../../errors.js";
import { checkArgument } from "../../../kinds.js";
import { machineOrNull } from "../machine.js";
import { MOST_THREADS } from "./threads.js";

const threadCount: Kind = {
  what: `an integer from 1 to ${MOST_THREADS}`,
  hint: "1 is the main thread alone",
  accepts: (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MOST_THREADS,
};

/**
 * Sets how many threads compiled programs run on; at first as many as the machine has cores. The number changes no
 * result, to the bit. Where threads cannot share memory (a page that is not isolated from other origins) or the main
 * thread may not wait for them (the one that draws a page), there is one, whatever is set.
 * @param count the main thread included: 1 starts no others
 * @throws ArgumentError for anything but an integer from 1 to 256.
 * @example
 * ```ts
 * setThreads(2);
 * await threadsReady();
 * ```
 */
export function setThreads(count: number): void {
  checkArgument("setThreads", "the count", count, threadCount);
  const threads = machineOrNull()?.executor.threads;
  if (threads !== undefined) threads.count = count;
}

/**
 * Starts the threads and waits until they are up. Programs start them too, but do not wait: until then they run on the
 * main thread, with the same bits.
 */
export async function threadsReady(): Promise<void> {
  await machineOrNull()?.executor.threads.ready();
}
