// The words of the block through which the threads talk, all of them by Atomics. What many write has a cache line of
// its own: 16 words.

/** Counts what is posted: workers wait for another number. */
export const EPOCH = 0;
/** Groups of the stage that nobody has taken yet; 0 or less where there is none. */
export const TICKET = 16;
/** Groups of the stage that are not done yet. */
export const PENDING = 32;
/** Workers that wait asleep. */
export const SLEEPERS = 48;
/** 1 while the main thread waits asleep for the last group. */
export const WAITING = 49;
/** Workers that are up. */
export const READY = 64;
/** Workers that have left: they do when nothing was to be done for a time, in milliseconds. */
export const LEFT = 66;
export const IDLE = 67;
/** The number of a kernel that failed, plus 1; otherwise 0. */
export const FAILED = 65;
/** 1 while a program runs. */
export const RUNNING = 80;
/** How many workers may take part. */
export const LIMIT = 81;
/** The address of the stage. */
export const STAGE = 82;
/** Where the scratch of the main thread lies, and how many bytes a thread has: theirs lie one behind the other. */
export const SCRATCH = 83;
export const SCRATCH_BYTES = 84;
/** Counts changes of the generated modules; the address of the first one, or 0. */
export const MODULES_VERSION = 85;
export const MODULES = 86;
/** Pages of the memory. */
export const PAGES = 87;
/** How many words there are. */
export const CONTROL_WORDS = 96;
