/**
 * Work that the first Ctrl-C asks to end early instead of ending the program; the second one ends that.
 *
 * @param told what is said at the first one
 */
export async function interruptible<T>(told: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const interrupt = (): void => {
    console.error(`\n${told}`);
    controller.abort();
  };
  process.once("SIGINT", interrupt);
  try {
    return await work(controller.signal);
  } finally {
    process.off("SIGINT", interrupt);
  }
}
