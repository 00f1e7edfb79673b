const host = globalThis as unknown as { readonly performance: { now(): number } };

/** Seconds that can be stopped and continued. Nothing but limits of time and displays may read it. */
export class Stopwatch {
  #passed = 0;
  #since: number | null = host.performance.now();

  /** The seconds it ran. */
  get seconds(): number {
    return this.#passed + (this.#since === null ? 0 : (host.performance.now() - this.#since) / 1000);
  }

  /** Stands still until `work` is done. */
  async outside<T>(work: () => Promise<T>): Promise<T> {
    this.#passed = this.seconds;
    this.#since = null;
    try {
      return await work();
    } finally {
      this.#since = host.performance.now();
    }
  }
}
