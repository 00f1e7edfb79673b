import { escapeHtml } from "./text.js";

/** One part of a report: a heading and what stands below it. Every `…Section` function makes one. */
export interface Section {
  /** The heading. */
  readonly title: string;
  /** The HTML below the heading; `id` is unique on the page and prefixes every id and control name inside. */
  html(id: string): string;
  /** CSS rules that this section alone needs, each of which starts with `#id`. */
  style?(id: string): string;
}

/** A paragraph that tells how to read what follows; nothing for an empty text. */
export function explanationHtml(text: string): string {
  return text === "" ? "" : `<p class="explanation">${escapeHtml(text)}</p>`;
}

/** The sentence that stands where there is nothing to draw. */
export function nothingHtml(text: string): string {
  return `<p class="nothing">${escapeHtml(text)}</p>`;
}

/** One choice of a row of buttons. */
export interface Choice {
  readonly label: string;
  /** How many items it stands for, if that is worth saying. */
  readonly count?: number;
}

/**
 * A row of buttons of which one is pressed: radio inputs, so that they work by keyboard and without JavaScript.
 * The section's style shows and hides by `:has(#id-name-0:checked)`.
 */
export function choicesHtml(id: string, name: string, legend: string, choices: readonly Choice[], pressed = 0): string {
  const buttons = choices.map(({ label, count }, index) => {
    const key = `${id}-${name}-${index}`;
    const checked = index === pressed ? " checked" : "";
    const number = count === undefined ? "" : ` <span class="count">${count}</span>`;
    return (
      `<input type="radio" autocomplete="off" name="${id}-${name}" id="${key}"${checked}>` +
      `<label for="${key}">${escapeHtml(label)}${number}</label>`
    );
  });
  return `<fieldset class="choices"><legend>${escapeHtml(legend)}</legend><div>${buttons.join("")}</div></fieldset>`;
}

/** The rules that hide every element marked `data-name="k"` unless choice `k` of {@link choicesHtml} is pressed. */
export function choicesStyle(id: string, name: string, count: number): string {
  const rules = Array.from(
    { length: count },
    (_, index) => `#${id}:not(:has(#${id}-${name}-${index}:checked)) [data-${name}="${index}"]{display:none}`,
  );
  return rules.join("\n");
}
