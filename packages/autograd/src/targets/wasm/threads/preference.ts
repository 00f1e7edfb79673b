/** After how many runs the other way is tried: for the first time, as a rule, and where one of them clearly wins. */
const FIRST_TRIAL = 16;
const TRIAL = 32;
const RARE_TRIAL = 256;

/** A way wins clearly when it takes less than this share of the other's time. */
const CLEAR = 0.8;

/** What a new time counts beside those before it: of the way that is taken all the time, and of one that is tried. */
const WEIGHT = 0.1;
const WEIGHT_OF_TRIAL = 0.5;

/**
 * Whether a program is shared with other threads, from run to run. It is at first; but where other processes need the
 * cores, a worker sleeps in the middle of its work and all wait for it, and one thread is sooner done. Times decide, and
 * from time to time the other way is tried. No result depends on it.
 */
export class Preference {
  #shared = Number.NaN;
  #alone = Number.NaN;
  #runs = 0;

  /** Whether one thread has been sooner done than several. */
  get alone(): boolean {
    return this.#alone < this.#shared;
  }

  /** Whether the next run is shared. */
  next(): boolean {
    const { alone } = this;
    if (++this.#runs < this.#interval()) return !alone;
    this.#runs = 0;
    return alone;
  }

  #interval(): number {
    if (Number.isNaN(this.#alone)) return FIRST_TRIAL;
    return this.#shared < CLEAR * this.#alone ? RARE_TRIAL : TRIAL;
  }

  /** Takes note of how long a run was, in whatever unit. */
  note(shared: boolean, time: number): void {
    const usual = shared !== this.alone && !Number.isNaN(this.#alone);
    const weight = usual ? WEIGHT : WEIGHT_OF_TRIAL;
    const mixed = (before: number): number => (Number.isNaN(before) ? time : before + weight * (time - before));
    if (shared) this.#shared = mixed(this.#shared);
    else this.#alone = mixed(this.#alone);
  }
}
