import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

/** A finished picture. */
export interface Drawing {
  /** An `<svg>` element, sized by its `viewBox`; its colours are CSS variables of the page. */
  readonly svg: string;
  /** Domain and range of both axes, for a reader of pixels; absent where the axis is not continuous. */
  readonly x?: AxisScale;
  readonly y?: AxisScale;
}

/** How values map to pixels along an axis. */
export interface AxisScale {
  readonly type: string;
  readonly domain: readonly number[];
  readonly range: readonly number[];
}

/**
 * Draws with Observable Plot on a document of its own, so that it works without a browser.
 * The same options give the same bytes.
 *
 * @see https://observablehq.com/plot/features/plots
 */
export function draw(options: Plot.PlotOptions): Drawing {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  // Plot's own types name the page's DOM, which Node does not have: this is the only place where the two meet.
  const picture: Pick<Plot.Plot, "scale"> & { outerHTML: string } = Plot.plot({
    ...options,
    document: document as never,
  });
  const x = axisScale(picture.scale("x"));
  const y = axisScale(picture.scale("y"));
  return { svg: compact(picture.outerHTML), ...(x && { x }), ...(y && { y }) };
}

function axisScale(scale: Plot.Scale | undefined): AxisScale | undefined {
  if (scale === undefined || (scale.type !== "linear" && scale.type !== "log")) return undefined;
  return { type: scale.type, domain: [...(scale.domain ?? [])], range: [...(scale.range ?? [])] as number[] };
}

// The page has one style for all pictures, a picture is described as a whole by its figure, and a tenth of a pixel
// is finer than any screen: what says more is left out. Only tags are touched, never the words between them.
function compact(svg: string): string {
  return svg
    .replace(/<style>[\s\S]*?<\/style>/, "")
    .replace(/<[a-z][^>]*>/g, (tag) => tag.replace(/ aria-\w+="[^"]*"/g, "").replace(numbers, round))
    .replace(
      /<svg [^>]*?viewBox="0 0 (\S+) (\S+)"[^>]*>/,
      '<svg viewBox="0 0 $1 $2" width="$1" height="$2" text-anchor="middle" fill="currentColor" aria-hidden="true">',
    );
}

const numbers = / (d|[xy][12]?|r|c[xy]|width|height|transform|fill-opacity|stroke-opacity|stroke-width)="([^"]*)"/g;

function round(_: string, name: string, value: string): string {
  const digits = name.endsWith("opacity") ? 3 : 1;
  const shorter = value.replace(/-?\d+\.\d+(?:e-?\d+)?/g, (number) => String(Number(Number(number).toFixed(digits))));
  return ` ${name}="${shorter}"`;
}
