/** The `d` of every path of a picture that is stroked in `color`, on itself or by its group. */
export function pathsOf(html: string, color: string): string[] {
  const groups = html.split("<g ").filter((group) => group.slice(0, group.indexOf(">")).includes(`stroke="${color}"`));
  return groups.flatMap((group) => [...group.matchAll(/ d="([^"]*)"/g)].map((match) => match[1] ?? ""));
}
