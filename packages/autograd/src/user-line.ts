interface WithLimit {
  stackTraceLimit?: number | undefined;
}

/** "at name (place:line:column)" as V8 writes it, or "name@place:line:column". */
function placeOf(frame: string): string | null {
  const [, v8] = /(?:\(|at )(?:async )?([^()]*:\d+:\d+)\)?$/.exec(frame) ?? [];
  const [, other] = /^[^@]*@(.*:\d+:\d+)$/.exec(frame) ?? [];
  return (v8 ?? other)?.replace(/^file:\/\//, "") ?? null;
}

const fileOf = (place: string): string => place.replace(/:\d+:\d+$/, "");

/** Whether a file belongs to the packages: beside this one in the repository, or installed. */
function isOurs(file: string, own: string): boolean {
  if (file === own || /[/\\]@typegrad[/\\]\w+[/\\]/.test(file)) return true;
  const [, root] = /^(.*[/\\])autograd[/\\](?:build[/\\])?src[/\\]/.exec(own) ?? [];
  if (root === undefined || !file.startsWith(root)) return false;
  return /^(autograd|nn|transformer|trainer)[/\\](build[/\\])?src[/\\]/.test(file.slice(root.length));
}

/** The line of the user's code that is being run, as "file:line:column"; frames inside the packages are skipped. */
export function userLine(): string | null {
  const limited = Error as WithLimit;
  const before = limited.stackTraceLimit;
  limited.stackTraceLimit = 200;
  const { stack = "" } = new Error();
  limited.stackTraceLimit = before;
  const places = stack.split("\n").flatMap((frame) => placeOf(frame.trim()) ?? []);
  const own = fileOf(places[0] ?? "");
  return places.find((place) => !place.startsWith("node:") && !isOurs(fileOf(place), own)) ?? null;
}
