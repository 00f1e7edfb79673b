/** The release of sacreBLEU whose definitions these metrics follow, and whose values they are held against. */
const VERSION = "2.6.0";

/**
 * What a score must be quoted with, so that others can compare: sacreBLEU's line of names and values, the number of
 * references first ("var" where it differs) and sacreBLEU's version last.
 */
export function signature(
  references: readonly (readonly string[])[],
  settings: Readonly<Record<string, string>>,
): string {
  const counts = new Set(references.map((texts) => texts.length));
  const pairs = { nrefs: counts.size === 1 ? [...counts][0] : "var", ...settings, version: VERSION };
  return Object.entries(pairs)
    .map(([name, value]) => `${name}:${value}`)
    .join("|");
}
