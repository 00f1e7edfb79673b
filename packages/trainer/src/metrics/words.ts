// Unicode's white space and the four separators of ASCII, between which Python's `split` cuts; JavaScript's \s has a byte
// order mark besides and lacks those.
const whiteSpace = "[\\p{White_Space}\\x1c-\\x1f]";
const between = new RegExp(`${whiteSpace}+`, "u");
const atTheEnd = new RegExp(`${whiteSpace}$`, "u");

/** The words of a text: what stands between white space. */
export const splitWords = (text: string): string[] => text.split(between).filter((word) => word !== "");

/** The text without the white space at its end. */
export function trimEnd(text: string): string {
  let end = text.length;
  while (atTheEnd.test(text[end - 1] ?? "")) end--;
  return text.slice(0, end);
}
