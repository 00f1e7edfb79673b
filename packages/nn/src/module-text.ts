/** `Name(what)` on one line, or `Name(` with what there is to say and each child on lines of their own, indented. */
export function moduleText(name: string, what: string, children: readonly string[]): string {
  if (children.length === 0) return `${name}(${what})`;
  const lines = [...(what === "" ? [] : [what]), ...children].flatMap((part) => part.split("\n"));
  return [`${name}(`, ...lines.map((line) => `  ${line}`), ")"].join("\n");
}
