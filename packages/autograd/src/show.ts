const LONGEST = 8;

/** Any value on one line, as the second line of an error names what came: never throws, whatever the value. */
export function show(value: unknown): string {
  if (Array.isArray(value)) {
    const items = Array.from(value.slice(0, LONGEST), (item) => (Array.isArray(item) ? "[…]" : show(item)));
    return `[${items.join(", ")}${value.length > LONGEST ? ", …" : ""}]`;
  }
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
    case "function":
      return "a function";
    case "object":
      return value === null ? "null" : showObject(value);
    default:
      return String(value);
  }
}

function showObject(value: object): string {
  const { dtype, shape } = value as { dtype?: unknown; shape?: unknown };
  if (typeof dtype === "string" && Array.isArray(shape)) return `a ${dtype} tensor of shape ${show(shape)}`;
  if (ArrayBuffer.isView(value)) return "a typed array";
  return "an object";
}
