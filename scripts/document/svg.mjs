// What the pictures of the documents have in common: plain SVG, one palette, readable on light and on dark pages.

/** Kinds of kernels, their colours, and what of the beginning of a kernel's name belongs to each. */
const kinds = [
  { name: "product", color: "#4477aa", kernels: /^matmul/ },
  { name: "attention", color: "#aa3377", kernels: /^attention/ },
  {
    name: "along rows: norm, softmax, loss, sum",
    color: "#b8860b",
    kernels: /^(layerNorm|standardize|softmax|logSoftmax|crossEntropy|reduce)/,
  },
  { name: "chain", color: "#228833", kernels: /^chain/ },
  { name: "index, copy, fill", color: "#66aabb", kernels: /^(gather|index|scatter|copy|fill)/ },
  { name: "argument, reference, other", color: "#888888", kernels: /^/ },
];

/** The kind that a kernel is of. */
export const kindOf = (kernel) => kinds.find(({ kernels }) => kernels.test(kernel));

const style =
  "text{font:12px system-ui,sans-serif;fill:#333}.title{font-size:14px;font-weight:600}.quiet{fill:#666}" +
  ".line{stroke:#999;fill:none}.grid{stroke:#ddd;fill:none}.roof{stroke:#c33;fill:none;stroke-width:1.5}" +
  "@media(prefers-color-scheme:dark){text{fill:#ddd}.quiet{fill:#aaa}.line{stroke:#777}.grid{stroke:#444}}";

export const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

const rounded = (value) => (typeof value === "number" ? Number(value.toFixed(1)) : value);

/** `<name key="value">content</name>`, numbers with one decimal. */
export function element(name, attributes, content = "") {
  const list = Object.entries(attributes).map(([key, value]) => ` ${key}="${rounded(value)}"`);
  return `<${name}${list.join("")}>${content}</${name}>`;
}

export const text = (x, y, words, more = {}) => element("text", { x, y, ...more }, escaped(words));

export const line = (x1, y1, x2, y2, more) => element("line", { x1, y1, x2, y2, ...more });

/** The colours of the kinds that occur, in a row. */
export function legend(used, x, y) {
  let left = x;
  return kinds
    .filter((kind) => used.has(kind))
    .flatMap(({ name, color }) => {
      const parts = [
        element("rect", { x: left, y: y - 9, width: 10, height: 10, fill: color }),
        text(left + 14, y, name, { class: "quiet" }),
      ];
      left += 30 + 6.3 * name.length;
      return parts;
    });
}

/** The finished picture. */
export const picture = (width, height, title, parts) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">` +
  `<title>${escaped(title)}</title><style>${style}</style>\n${parts.join("\n")}\n</svg>\n`;
