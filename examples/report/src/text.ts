const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

// Control characters have no glyph, and HTML forbids them; tab, line feed and carriage return are white space.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/** `text` made safe for HTML, as element content or inside a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(controls, "\ufffd").replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** `value` as JSON that may stand inside a `<script>` element: no `<` is left that could close it. */
export function escapeJson(value: unknown): string {
  return JSON.stringify(value)
    .replace(/</g, "\\u003c")
    .replace(/\u2028/g, "\\u2028")
    .replace(/\u2029/g, "\\u2029");
}

/** The number of characters after which {@link shorten} cuts a word on an axis. */
export const longestLabel = 18;

/** `text` cut to `length` characters, the last one an ellipsis where something was cut. */
export function shorten(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length
    ? text
    : `${characters
        .slice(0, length - 1)
        .join("")
        .trimEnd()}…`;
}

/** A token as it can be seen on an axis: white space gets a sign, and a long token is cut. */
export function wordLabel(word: string): string {
  if (word === "") return "∅";
  const visible = word
    .replace(controls, "\ufffd")
    .replace(/\r?\n|\r/g, "↵")
    .replace(/\t/g, "⇥")
    .replace(/^ +| +$/g, "␣");
  return shorten(visible, longestLabel);
}

/** The width of `text` in pixels in a system font, guessed from its characters: nothing can be measured without a page. */
export function textWidth(text: string, fontSize: number): number {
  let width = 0;
  for (const character of text) {
    if (/[ijlItfr.,:;'|!()[\]1]/.test(character)) width += 0.34;
    else if (/[mwMW@%…]/.test(character)) width += 0.9;
    else if (/\p{Lu}/u.test(character)) width += 0.7;
    else if (/[\u1100-\ud7ff\uf900-\uffef]|\p{Extended_Pictographic}/u.test(character)) width += 1.05;
    else width += 0.57;
  }
  return width * fontSize;
}

/** A number for reading: whole numbers with separators, others with four digits, tiny and huge ones with an exponent. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const sign = value < 0 ? "−" : "";
  if (size >= 1e15 || size < 1e-4) return `${sign}${trimExponent(size.toExponential(3))}`;
  if (Number.isInteger(size)) return `${sign}${size.toLocaleString("en-US")}`;
  return sign + size.toLocaleString("en-US", { maximumSignificantDigits: size >= 1000 ? 6 : 4 });
}

/** A number for an axis: as {@link formatNumber}, but never longer than the margin is wide. */
export function formatTick(value: number): string {
  const text = formatNumber(value);
  return text.length <= 8 ? text : trimExponent(value.toExponential(2));
}

/** A share between 0 and 1 as a percentage with one decimal. */
export function formatPercent(share: number): string {
  return Number.isFinite(share) ? `${formatNumber(Math.round(share * 1000) / 10)} %` : formatNumber(share);
}

/** `count` and the noun in the right number: `plural(1, "step")` is `1 step`. */
export function plural(count: number, noun: string): string {
  return `${formatNumber(count)} ${noun}${count === 1 ? "" : "s"}`;
}

function trimExponent(text: string): string {
  return text
    .replace(/\.?0+e/, "e")
    .replace("e+", "e")
    .replace("e-", "e−");
}
