/** Something that the traced function looked at besides its arguments, and what it saw. */
interface Guard {
  readonly name: string;
  readonly read: () => unknown;
  readonly expected: unknown;
}

/** Something that the traced function did besides computing, and how to take it back. */
interface Effect {
  readonly write: () => void;
  readonly undo: () => void;
}

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

  effect(owner: object, name: string, write: () => void, undo: () => void): void {
    const own = this.#effects.get(owner) ?? new Map<string, Effect>();
    // The first to be done is the last to be taken back.
    this.#effects.set(owner, own.set(name, { write, undo: own.get(name)?.undo ?? undo }));
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
    for (const own of this.#effects.values()) for (const { write } of own.values()) write();
  }

  /** Takes back what the function did. */
  undo(): void {
    for (const own of this.#effects.values()) for (const { undo } of own.values()) undo();
  }
}
