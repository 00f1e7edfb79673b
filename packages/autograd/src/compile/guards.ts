/** Something that the traced function looked at besides its arguments, and what it saw. */
interface Guard {
  readonly name: string;
  readonly read: () => unknown;
  readonly expected: unknown;
}

/** Something that the traced function did besides computing. */
type Effect = () => void;

/**
 * What a trace depends on, and what it leaves behind, outside its tensors: each thing is known by its owner and a name. A
 * thing that the function itself has set before it looked is not guarded.
 */
export class Surroundings {
  readonly #guards: Guard[] = [];
  readonly #guarded = new Map<object, Set<string>>();
  readonly #effects = new Map<object, Map<string, Effect>>();

  guard(owner: object, name: string, read: () => unknown): void {
    const names = this.#guarded.get(owner) ?? new Set();
    this.#guarded.set(owner, names);
    if (names.has(name) || this.#effects.get(owner)?.has(name)) return;
    names.add(name);
    this.#guards.push({ name, read, expected: read() });
  }

  effect(owner: object, name: string, write: Effect): void {
    const own = this.#effects.get(owner) ?? new Map<string, Effect>();
    this.#effects.set(owner, own.set(name, write));
  }

  /** Whether everything looks as it did. */
  hold(): boolean {
    return this.#guards.every(({ read, expected }) => Object.is(read(), expected));
  }

  /** The names of what looks different now. */
  changed(): readonly string[] {
    return this.#guards.filter(({ read, expected }) => !Object.is(read(), expected)).map(({ name }) => name);
  }

  /** Does once more what the function did. */
  apply(): void {
    for (const own of this.#effects.values()) for (const write of own.values()) write();
  }
}
