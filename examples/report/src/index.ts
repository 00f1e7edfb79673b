/** The drawing shared by all examples: sections that make up one self-contained `report.html`. */
export { type AttentionOptions, attentionSection } from "./attention.js";
export type { AttentionExample } from "./attention-weights.js";
export { type Curve, type CurvesOptions, curvesSection } from "./curves.js";
export { ReportError } from "./errors.js";
export { type Figure, type FiguresOptions, figuresSection } from "./figures.js";
export { type Report, renderReport } from "./page.js";
export type { Section } from "./section.js";
export { type Translation, type TranslationsOptions, translationsSection } from "./translations.js";
