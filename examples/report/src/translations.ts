import { compareWords, type WordRun } from "./difference.js";
import { choicesHtml, explanationHtml, nothingHtml, type Section } from "./section.js";
import { escapeHtml, formatNumber } from "./text.js";

/** A sentence, what it should become, and what the model made of it. */
export interface Translation {
  readonly source: string;
  readonly reference: string;
  readonly output: string;
  readonly correct: boolean;
}

/** What {@link translationsSection} shows. */
export interface TranslationsOptions {
  readonly examples: readonly Translation[];
  /** What the three lines are called; `source`, `reference` and `model` by default. */
  readonly labels?: { readonly source: string; readonly reference: string; readonly output: string };
  /** The languages of the texts as BCP 47 tags, for hyphenation and for screen readers; none by default. */
  readonly languages?: { readonly source: string; readonly target: string };
  /** The sentence above the examples, in place of the one this function writes. */
  readonly explanation?: string;
}

const defaultLabels = { source: "source", reference: "reference", output: "model" };

/**
 * Examples right and wrong. Where the model's words differ from the reference, the words that are missing and those
 * that came instead are marked. Fits whatever maps a text to a text: translations, summaries, captions.
 */
export function translationsSection(title: string, options: TranslationsOptions): Section {
  const { examples } = options;
  return {
    title,
    html: (id) => {
      if (examples.length === 0) return nothingHtml("No examples were recorded, so there is nothing to compare.");
      const right = examples.filter(({ correct }) => correct).length;
      const choices = [
        { label: "all", count: examples.length },
        { label: "right", count: right },
        { label: "wrong", count: examples.length - right },
      ];
      return (
        explanationHtml(options.explanation ?? defaultExplanation(examples.length, right)) +
        choicesHtml(id, "show", "Show", choices) +
        `<ol class="translations">${examples.map((example) => exampleHtml(example, options)).join("")}</ol>`
      );
    },
    style: (id) =>
      `#${id}:has(#${id}-show-1:checked) .wrong{display:none}\n#${id}:has(#${id}-show-2:checked) .right{display:none}`,
  };
}

function defaultExplanation(count: number, right: number): string {
  return (
    `${formatNumber(right)} of these ${formatNumber(count)} outputs are right. Where one is not, the words of the ` +
    "reference that the model did not write are struck through, and the words it wrote instead are underlined."
  );
}

function exampleHtml(example: Translation, { labels = defaultLabels, languages }: TranslationsOptions): string {
  const { source, reference, output, correct } = example;
  const { expected, got } = compareWords(reference, output);
  const line = (label: string, text: string, language: string | undefined) => {
    const lang = language === undefined ? "" : ` lang="${escapeHtml(language)}"`;
    return `<div><dt>${escapeHtml(label)}</dt><dd${lang}>${text === "" ? "<i>(empty)</i>" : joined(text)}</dd></div>`;
  };
  const same = [...expected, ...got].every(({ differs }) => !differs);
  const answers = same
    ? line(labels.output, escapeHtml(output), languages?.target)
    : line(labels.reference, runsHtml(expected, "del"), languages?.target) +
      line(labels.output, runsHtml(got, "ins"), languages?.target);
  const verdict = correct ? '<span class="verdict">✓ right</span>' : '<span class="verdict">✗ wrong</span>';
  return (
    `<li class="${correct ? "right" : "wrong"}">${verdict}` +
    `<dl>${line(labels.source, escapeHtml(source), languages?.source)}${answers}</dl></li>`
  );
}

function runsHtml(runs: readonly WordRun[], mark: "del" | "ins"): string {
  return runs
    .map(({ words, differs }) => (differs ? `<${mark}>${escapeHtml(words)}</${mark}>` : escapeHtml(words)))
    .join(" ");
}

// A full stop that is a word of its own shall not stand alone on a line.
function joined(html: string): string {
  return html.replace(/ (?=(?:<\w+>)?[.,;:!?](?:[ <]|$))/g, "\u00a0");
}
