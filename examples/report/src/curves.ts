import { type ChartLine, chartHtml } from "./chart.js";
import { ReportError } from "./errors.js";
import { explanationHtml, nothingHtml, type Section } from "./section.js";
import { curveFacts, type Points, smoothed } from "./series.js";
import { formatNumber, plural } from "./text.js";

/** A named curve. A `y` that is not finite leaves a gap. */
export interface Curve {
  readonly name: string;
  /** [N] */
  readonly x: ArrayLike<number>;
  /** [N] */
  readonly y: ArrayLike<number>;
  /** `line` (the default) for a value of every step; `points` for few measurements, drawn as dots and never smoothed. */
  readonly kind?: "line" | "points";
}

/** What {@link curvesSection} draws. */
export interface CurvesOptions {
  readonly curves: readonly Curve[];
  readonly xLabel: string;
  readonly yLabel: string;
  /** A logarithmic y axis; values that are not positive become gaps. */
  readonly logY?: boolean;
  /** The length in points of the moving average that is drawn over each line, the line itself becoming faint. */
  readonly smooth?: number;
  /** The values are shares between 0 and 1: the axis runs from 0 to 100 %. */
  readonly percent?: boolean;
  /** The height of the picture at full width, in pixels; 320 by default. */
  readonly height?: number;
  /** The sentence above the picture, in place of the one this function writes. */
  readonly explanation?: string;
}

/**
 * Curves over a common x axis, such as losses or the learning rate: any number of points, thinned so that spikes
 * stay visible, with a table of each curve's first, lowest, highest and last value.
 *
 * @throws ReportError where x and y of a curve differ in length, or an option is out of range
 */
export function curvesSection(title: string, options: CurvesOptions): Section {
  const { curves, smooth = 0, logY = false, percent = false } = options;
  for (const curve of curves) checkCurve(curve);
  checkOptions(options);
  const lines = curves.filter(({ y }) => y.length > 0).flatMap((curve, index) => linesOf(curve, index, smooth, logY));
  return {
    title,
    html: () => {
      if (lines.length === 0) return nothingHtml("No values were recorded, so there is no curve to draw.");
      if (lines.every(({ points }) => curveFacts(points) === null)) {
        return nothingHtml("No value can be drawn.") + gapsHtml(curves, logY);
      }
      const explanation = options.explanation ?? defaultExplanation(options);
      return (
        explanationHtml(explanation) + chartHtml({ ...options, title, lines, logY, percent }) + gapsHtml(curves, logY)
      );
    },
  };
}

function linesOf(curve: Curve, color: number, smooth: number, logY: boolean): ChartLine[] {
  const y = logY ? Array.from(curve.y, (value) => (value > 0 ? value : Number.NaN)) : curve.y;
  const points: Points = { x: curve.x, y };
  if (curve.kind === "points") return [{ name: curve.name, color, look: "points", points }];
  if (smooth <= 1) return [{ name: curve.name, color, look: "line", points }];
  return [
    { name: `${curve.name}, every step`, color, look: "faint", points },
    { name: `${curve.name}, smoothed`, color, look: "line", points: { x: curve.x, y: smoothed(y, smooth) } },
  ];
}

function defaultExplanation({ xLabel, yLabel, smooth = 0, logY = false, curves }: CurvesOptions): string {
  const sentences = [`Each curve shows the ${yLabel} (upwards) over the ${xLabel} (to the right).`];
  if (smooth > 1 && curves.some(({ kind }) => kind !== "points")) {
    sentences.push(
      `The faint line is every single value, the strong one an average over about ${plural(smooth, "value")}.`,
    );
  }
  if (logY) sentences.push("The scale is logarithmic: equal heights are equal ratios.");
  return sentences.join(" ");
}

function gapsHtml(curves: readonly Curve[], logY: boolean): string {
  const sentences = curves.flatMap(({ name, x, y }) => {
    let [count, first] = [0, -1];
    for (let index = 0; index < y.length; index++) {
      const value = y[index] ?? Number.NaN;
      if (Number.isFinite(value) && !(logY && value <= 0)) continue;
      if (count === 0) first = index;
      count++;
    }
    if (count === 0) return [];
    const what = `${count === 1 ? "is" : "are"} not finite${logY ? " or not positive" : ""}`;
    const where = `the first at ${formatNumber(x[first] ?? Number.NaN)}`;
    return [`${name}: ${plural(count, "value")} ${what} (${where}) and left as ${count === 1 ? "a gap" : "gaps"}.`];
  });
  return sentences.map(nothingHtml).join("");
}

function checkCurve({ name, x, y }: Curve): void {
  if (x.length !== y.length) {
    throw new ReportError(`curvesSection: x and y of curve "${name}" differ in length`, {
      got: `x of length ${x.length}, y of length ${y.length}`,
      hint: "give one x for each y; a y that is missing may be NaN",
    });
  }
  for (let wrong = 0; wrong < x.length; wrong++) {
    if (Number.isFinite(x[wrong])) continue;
    throw new ReportError(`curvesSection: an x of curve "${name}" is not finite`, {
      got: `x[${wrong}] = ${x[wrong]}`,
      hint: "x is a place on the axis, such as the step; only y may be NaN or infinite",
    });
  }
}

function checkOptions({ smooth = 0, height = 320 }: CurvesOptions): void {
  if (!(smooth >= 0 && Number.isFinite(smooth))) {
    throw new ReportError("curvesSection: smooth is not a number of points", {
      got: `smooth = ${smooth}`,
      hint: "give the number of points to average over, such as 50; 0 or nothing draws the values alone",
    });
  }
  if (!(height >= 80 && height <= 2000)) {
    throw new ReportError("curvesSection: height is out of range", {
      got: `height = ${height}`,
      hint: "give a height in pixels between 80 and 2000",
    });
  }
}
