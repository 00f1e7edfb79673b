import * as Plot from "@observablehq/plot";
import { linearAxis, logAxis, percentAxis, xAxis } from "./axis.js";
import { type AxisScale, draw } from "./draw.js";
import { curveFacts, type DrawnPoints, isolatedIndices, type Point, type Points, thin } from "./series.js";
import { escapeHtml, escapeJson, formatNumber, formatPercent, formatTick } from "./text.js";

/** A line of a chart: what to draw, and how strongly. */
export interface ChartLine {
  readonly name: string;
  /** Which of the page's curve colours. */
  readonly color: number;
  readonly look: "line" | "faint" | "points";
  readonly points: Points;
}

/** A chart and the words around it. */
export interface Chart {
  readonly title: string;
  readonly lines: readonly ChartLine[];
  readonly xLabel: string;
  readonly yLabel: string;
  readonly logY: boolean;
  readonly percent: boolean;
  readonly height?: number;
}

interface DrawnLine extends Omit<ChartLine, "points"> {
  readonly drawn: DrawnPoints;
}

// One picture for wide windows and one for narrow ones: text keeps its size, where a scaled picture's would not.
const sizes = [
  { name: "wide", width: 880, ticks: 9 },
  { name: "narrow", width: 400, ticks: 4 },
] as const;

const curveColors = 5;

// Curves differ in colour and also in form, for whoever does not see the colours.
const symbols = ["circle", "square", "triangle", "diamond", "star"] as const;
const signs = ["●", "■", "▲", "◆", "★"] as const;
const dashes = ["none", "9,4", "2,3", "12,3,2,3", "5,3"] as const;
const borders = ["solid", "dashed", "dotted", "dashed", "dashed"] as const;

/** The chart as a figure: its legend, the picture at two sizes, the values a pointer shows, and a table of facts. */
export function chartHtml(chart: Chart): string {
  const lines = chart.lines.map(({ points, ...line }): DrawnLine => ({ ...line, drawn: thin(points) }));
  const summary = escapeHtml(`${chart.title}. ${summaryOf(chart)}`);
  const pictures = sizes.map((size) => {
    const { svg, x, y } = drawChart(chart, lines, size);
    const scales = escapeHtml(JSON.stringify({ x: shortScale(x), y: shortScale(y) }));
    return `<div class="picture ${size.name}" role="img" aria-label="${summary}" data-scales="${scales}">${svg}</div>`;
  });
  return (
    `<figure class="chart">${legendHtml(chart.lines)}${pictures.join("")}` +
    `<p class="readout" aria-live="polite"></p>` +
    `<script type="application/json">${escapeJson(dataOf(chart, lines))}</script></figure>${factsHtml(chart)}`
  );
}

function drawChart(chart: Chart, lines: readonly DrawnLine[], { width, ticks }: (typeof sizes)[number]) {
  const { logY, percent } = chart;
  const x = xAxis(
    lines.flatMap(({ drawn }) => drawn.x),
    ticks,
  );
  const y = (logY ? logAxis : percent ? percentAxis : linearAxis)(lines.flatMap(({ drawn }) => drawn.y));
  const yFormat = percent ? (value: number) => `${Math.round(value * 100)} %` : formatTick;
  const height = chart.height ?? 320;
  return draw({
    width,
    height: width < 600 ? Math.round(Math.min(height, 260)) : height,
    marginLeft: 60,
    // Half of the last tick's text, such as 100,000.
    marginRight: 32,
    marginTop: 28,
    marginBottom: 40,
    x: { type: "linear", domain: x.domain },
    y: { type: logY ? "log" : "linear", domain: y.domain },
    marks: [
      Plot.gridY({ ticks: y.ticks, stroke: "var(--grid)", strokeOpacity: 1 }),
      Plot.axisY({
        ticks: y.ticks,
        tickFormat: yFormat,
        tickSize: 0,
        label: chart.yLabel,
        labelArrow: "up",
        fill: "var(--quiet)",
      }),
      Plot.axisX({
        ticks: x.ticks,
        tickFormat: formatNumber,
        label: chart.xLabel,
        labelArrow: "right",
        fill: "var(--quiet)",
      }),
      Plot.ruleY([y.domain[0]], { stroke: "var(--rule)" }),
      ...lines.flatMap(marksOf),
    ],
  });
}

function marksOf({ drawn, color, look }: DrawnLine): Plot.Markish[] {
  const stroke = `var(--curve-${(color % curveColors) + 1})`;
  const line = Plot.line(drawn.x, {
    x: drawn.x,
    y: drawn.y,
    stroke,
    strokeWidth: look === "faint" ? 1 : 2,
    strokeOpacity: look === "faint" ? 0.3 : 1,
    strokeDasharray: look === "points" ? "1,5" : (dashes[color % curveColors] ?? "none"),
  });
  const dots = look === "points" ? drawn.y.map((_, index) => index) : isolatedIndices(drawn.y);
  const dot = Plot.dot(dots, {
    x: (i: number) => drawn.x[i],
    y: (i: number) => drawn.y[i],
    symbol: symbols[color % curveColors] ?? "circle",
    r: 3.5,
    fill: stroke,
  });
  return [line, dot];
}

function legendHtml(lines: readonly ChartLine[]): string {
  const items = lines.map(({ name, color, look }) => {
    const style = `--color:var(--curve-${(color % curveColors) + 1});--border:${borders[color % curveColors]}`;
    const sign = look === "points" ? signs[color % curveColors] : "";
    const swatch = `<span class="swatch ${look}" style="${style}" aria-hidden="true">${sign}</span>`;
    return `<li>${swatch}${escapeHtml(name)}</li>`;
  });
  return `<ul class="legend">${items.join("")}</ul>`;
}

function dataOf({ xLabel, percent }: Chart, lines: readonly DrawnLine[]): unknown {
  const digits = (values: readonly number[]) =>
    values.map((value) => (Number.isFinite(value) ? Number(value.toPrecision(6)) : null));
  const curves = lines.map(({ name, color, drawn }) => ({
    name,
    color: (color % curveColors) + 1,
    x: digits(drawn.x),
    y: digits(drawn.y),
  }));
  return { xLabel, percent, curves };
}

function summaryOf(chart: Chart): string {
  const parts = chart.lines.map(({ name, points }) => {
    const facts = curveFacts(points);
    if (facts === null) return `${name} has no finite value.`;
    const at = ({ x, y }: Point) => `${valueText(chart, y)} at ${chart.xLabel} ${formatNumber(x)}`;
    return `${name}: from ${at(facts.first)} to ${at(facts.last)}, lowest ${at(facts.lowest)}, highest ${at(facts.highest)}.`;
  });
  return parts.join(" ");
}

function factsHtml(chart: Chart): string {
  const rows = chart.lines.map(({ name, points }) => {
    const facts = curveFacts(points);
    const cell = (point: Point | undefined) =>
      point === undefined
        ? "<td>–</td>"
        : `<td>${escapeHtml(valueText(chart, point.y))} <small>at ${formatNumber(point.x)}</small></td>`;
    const cells = [facts?.first, facts?.lowest, facts?.highest, facts?.last].map(cell).join("");
    return `<tr><th scope="row">${escapeHtml(name)}</th>${cells}</tr>`;
  });
  const heads = ["curve", "first", "lowest", "highest", "last"].map((head) => `<th scope="col">${head}</th>`).join("");
  return (
    `<div class="scroll"><table class="facts"><caption>In numbers, each with its ${escapeHtml(chart.xLabel)}</caption>` +
    `<thead><tr>${heads}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`
  );
}

function valueText({ percent }: Chart, value: number): string {
  return percent ? formatPercent(value) : formatNumber(value);
}

function shortScale(scale: AxisScale | undefined): unknown {
  return scale && [scale.type, ...scale.domain, ...scale.range];
}
