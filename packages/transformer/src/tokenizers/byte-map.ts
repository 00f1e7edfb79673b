declare const TextEncoder: new () => { encode(text: string): Uint8Array };
declare const TextDecoder: new (
  label: string,
  options: { ignoreBOM: boolean; fatal?: boolean },
) => { decode(bytes: Uint8Array): string };

const encoder = new TextEncoder();
// A mark of the byte order is a character like any other here.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const strictDecoder = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });

/** The UTF-8 bytes of a text; a lone surrogate becomes U+FFFD. */
export const utf8 = (text: string): Uint8Array => encoder.encode(text);

/** The text of UTF-8 bytes; what is none becomes U+FFFD. */
export const fromUtf8 = (bytes: readonly number[]): string => decoder.decode(Uint8Array.from(bytes));

/** The text of UTF-8 bytes, or `undefined` where they are none. */
export function fromStrictUtf8(bytes: readonly number[]): string | undefined {
  try {
    return strictDecoder.decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}

const isPrintable = (byte: number): boolean =>
  (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;

/**
 * GPT-2's alphabet: the bytes in the order of its vocabulary, the printable characters of Latin-1 first. These stand for
 * themselves, the others for the characters from U+0100 on, so that every byte is one visible character.
 */
const printable = Array.from({ length: 256 }, (_, byte) => byte).filter(isPrintable);
const others = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => !isPrintable(byte));

const characterOf: string[] = [];
for (const byte of printable) characterOf[byte] = String.fromCharCode(byte);
others.forEach((byte, i) => {
  characterOf[byte] = String.fromCharCode(0x100 + i);
});

const byteOf = new Map(characterOf.map((character, byte) => [character, byte] as const));

/** The 256 characters that stand for bytes, in the order in which GPT-2's vocabulary begins. */
export const byteAlphabet: readonly string[] = [...printable, ...others].map((byte) => characterOf[byte]!);

/** A text with each of its UTF-8 bytes written as its character: " é" becomes "ĠÃ©". */
export function toByteCharacters(text: string): string {
  let characters = "";
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 128) return Array.from(utf8(text), (byte) => characterOf[byte]!).join("");
    characters += characterOf[code];
  }
  return characters;
}

/** Appends the bytes that a token's characters stand for; a token with other characters is its own UTF-8. */
export function appendTokenBytes(token: string, bytes: number[]): void {
  const begin = bytes.length;
  for (const character of token) {
    const byte = byteOf.get(character);
    if (byte === undefined) {
      bytes.length = begin;
      for (const own of utf8(token)) bytes.push(own);
      return;
    }
    bytes.push(byte);
  }
}
