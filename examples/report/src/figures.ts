import { ReportError } from "./errors.js";
import { explanationHtml, nothingHtml, type Section } from "./section.js";
import { escapeHtml, formatNumber } from "./text.js";

/** One headline figure. */
export interface Figure {
  readonly label: string;
  /** A number is formatted for reading; a text stands as it is. */
  readonly value: number | string;
  /** What the figure means or how it was measured, in a few words. */
  readonly note?: string;
  /** The value is something to type or to compare letter by letter, such as a command: it gets a line of its own. */
  readonly code?: boolean;
}

/** What {@link figuresSection} shows. */
export interface FiguresOptions {
  readonly rows: readonly Figure[];
  /** A sentence above the figures. */
  readonly explanation?: string;
}

/**
 * The figures a reader looks for first: accuracy, perplexity, parameters, steps, time, seed, and the command that
 * repeats the run.
 *
 * @throws ReportError where a figure has no label
 */
export function figuresSection(title: string, { rows, explanation = "" }: FiguresOptions): Section {
  const unnamed = rows.findIndex(({ label }) => label.trim() === "");
  if (unnamed >= 0) {
    throw new ReportError("figuresSection: a figure has no label", {
      got: `rows[${unnamed}] with the value ${JSON.stringify(rows[unnamed]?.value)}`,
      hint: 'say what the figure is, such as { label: "token accuracy", value: "91.3 %" }',
    });
  }
  return {
    title,
    html: () => {
      if (rows.length === 0) return nothingHtml("No figures were recorded.");
      const tiles = rows.filter(({ code }) => code !== true).map(figureHtml);
      const lines = rows.filter(({ code }) => code === true).map(figureHtml);
      return (
        explanationHtml(explanation) +
        (tiles.length > 0 ? `<dl class="figures">${tiles.join("")}</dl>` : "") +
        (lines.length > 0 ? `<dl class="commands">${lines.join("")}</dl>` : "")
      );
    },
  };
}

function figureHtml({ label, value, note, code = false }: Figure): string {
  const text = escapeHtml(typeof value === "number" ? formatNumber(value) : value);
  const long = !code && text.length > 12 ? ' class="long"' : "";
  const shown = code ? `<code>${text}</code>` : text;
  const notes = note === undefined ? "" : `<dd class="note">${escapeHtml(note)}</dd>`;
  return `<div><dt>${escapeHtml(label)}</dt><dd${long}>${shown}</dd>${notes}</div>`;
}
