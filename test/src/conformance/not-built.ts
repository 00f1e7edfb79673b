/** What a case needs does not exist (yet). Such a case counts as failed and is listed apart. */
export class NotBuilt extends Error {
  constructor(readonly what: string) {
    super(`${what} is not built`);
  }
}

/**
 * An export of a package, looked up when a case runs: the runner is built before everything it can test is, and what
 * comes later is tested from then on.
 */
export function lookUp<T>(namespace: object, name: string): T {
  const found = (namespace as Record<string, unknown>)[name];
  if (found === undefined) throw new NotBuilt(name);
  return found as T;
}
