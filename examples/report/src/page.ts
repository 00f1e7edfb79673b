import { pageScript } from "./page-script.js";
import { pageStyle } from "./page-style.js";
import type { Section } from "./section.js";
import { escapeHtml } from "./text.js";

/** A whole report. */
export interface Report {
  readonly title: string;
  /** What was trained on what, in a line. */
  readonly subtitle?: string;
  readonly sections: readonly Section[];
  /** The language of headings and explanations as a BCP 47 tag; `en` by default. */
  readonly language?: string;
}

// The page may run what stands in it and load nothing: a promise that the browser keeps.
const policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

/** Sections that fit on a screen need no list of links above them. */
const fewestLinked = 3;

/**
 * The report as one complete HTML page that loads nothing: pictures, style and script stand in it. Everything is
 * readable without JavaScript. The same report gives the same bytes.
 */
export function renderReport({ title, subtitle, sections, language = "en" }: Report): string {
  const parts = sections.map((section, index) => ({ section, id: `section-${index + 1}` }));
  const links = parts.map(({ section, id }) => `<li><a href="#${id}">${escapeHtml(section.title)}</a></li>`);
  const nav = parts.length < fewestLinked ? "" : `<nav aria-label="Sections"><ul>${links.join("")}</ul></nav>`;
  const styles = parts.map(({ section, id }) => section.style?.(id) ?? "").filter((style) => style !== "");
  const bodies = parts.map(
    ({ section, id }) =>
      `<section id="${id}" aria-labelledby="${id}-title">\n` +
      `<h2 id="${id}-title">${escapeHtml(section.title)}</h2>\n${section.html(id)}\n</section>`,
  );
  return `<!doctype html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${pageStyle}${styles.join("\n")}</style>
</head>
<body>
<main>
<header>
<h1>${escapeHtml(title)}</h1>
${subtitle === undefined ? "" : `<p class="subtitle">${escapeHtml(subtitle)}</p>`}
${nav}
</header>
${bodies.join("\n") || '<p class="nothing">This report has no sections.</p>'}
</main>
<script>${pageScript}</script>
</body>
</html>
`;
}
