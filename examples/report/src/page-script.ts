/**
 * What a pointer adds to a page that is complete without it: the values of the curves under it (also by arrow keys),
 * and the words and the weight of a cell at once rather than after the browser's delay. No network, no state.
 */
export const pageScript = `
"use strict";
(() => {
  const tip = document.createElement("div");
  tip.id = "tip";
  tip.hidden = true;
  document.body.append(tip);

  // A <title> would show a second, late tooltip: its text moves to the element the first time it is pointed at.
  const titleOf = (element) => {
    const title = element.querySelector(":scope > title");
    if (title) {
      element.dataset.tip = title.textContent;
      title.remove();
    }
    return element.dataset.tip;
  };
  document.addEventListener("pointermove", (event) => {
    const shape = event.target instanceof Element && event.target.closest(".map svg rect, .alignment svg path");
    const text = shape && titleOf(shape);
    tip.hidden = !text;
    if (!text) return;
    tip.textContent = text;
    const { width, height } = tip.getBoundingClientRect();
    tip.style.left = Math.max(4, Math.min(event.clientX + 14, innerWidth - width - 4)) + "px";
    tip.style.top = (event.clientY + 18 + height > innerHeight ? event.clientY - height - 10 : event.clientY + 18) + "px";
  });
  document.addEventListener("pointerleave", () => { tip.hidden = true; });
  document.addEventListener("scroll", () => { tip.hidden = true; }, true);

  const number = (value) => {
    const size = Math.abs(value);
    if (size !== 0 && (size < 1e-4 || size >= 1e15)) return value.toExponential(3).replace(/\\.?0+e/, "e");
    const digits = Number.isInteger(value) ? {} : { maximumSignificantDigits: size >= 1000 ? 6 : 4 };
    return value.toLocaleString("en-US", digits);
  };

  const scaleOf = ([type, d0, d1, r0, r1]) => {
    const log = type === "log";
    const from = log ? Math.log : (value) => value;
    const to = log ? Math.exp : (value) => value;
    const [a, b] = [from(d0), from(d1)];
    return {
      apply: (value) => r0 + ((from(value) - a) / (b - a)) * (r1 - r0),
      invert: (pixel) => to(a + ((pixel - r0) / (r1 - r0)) * (b - a)),
      range: [r0, r1],
    };
  };

  const nearest = (curve, x) => {
    let best = -1;
    for (let i = 0; i < curve.x.length; i++) {
      if (curve.y[i] !== null && (best < 0 || Math.abs(curve.x[i] - x) < Math.abs(curve.x[best] - x))) best = i;
    }
    return best;
  };

  const draw = (name, parent, attributes) => {
    const shape = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const key in attributes) shape.setAttribute(key, attributes[key]);
    parent.append(shape);
    return shape;
  };

  for (const chart of document.querySelectorAll(".chart")) {
    const { xLabel, percent, curves } = JSON.parse(chart.querySelector("script").textContent);
    const readout = chart.querySelector(".readout");
    const value = (y) => (percent ? number(Math.round(y * 1000) / 10) + " %" : number(y));
    for (const picture of chart.querySelectorAll(".picture")) {
      const svg = picture.querySelector("svg");
      const scales = JSON.parse(picture.dataset.scales);
      const [x, y] = [scaleOf(scales.x), scaleOf(scales.y)];
      const layer = draw("g", svg, { "pointer-events": "none" });
      let at = null;
      const clear = () => {
        layer.replaceChildren();
        readout.replaceChildren();
      };
      const show = (wanted) => {
        clear();
        const found = curves.map((curve) => ({ curve, i: nearest(curve, wanted) })).filter(({ i }) => i >= 0);
        if (found.length === 0) return;
        const distance = ({ curve, i }) => Math.abs(curve.x[i] - wanted);
        const closest = found.reduce((a, b) => (distance(b) < distance(a) ? b : a));
        at = closest.curve.x[closest.i];
        const left = x.apply(at);
        draw("line", layer, { x1: left, x2: left, y1: y.range[0], y2: y.range[1], stroke: "var(--quiet)", "stroke-dasharray": "2,3" });
        const place = document.createElement("span");
        place.textContent = xLabel + " " + number(at);
        readout.append(place);
        for (const { curve, i } of found) {
          const color = "var(--curve-" + curve.color + ")";
          draw("circle", layer, { cx: x.apply(curve.x[i]), cy: y.apply(curve.y[i]), r: 4, fill: color, stroke: "var(--page)" });
          const item = document.createElement("span");
          const strong = document.createElement("b");
          strong.textContent = value(curve.y[i]);
          item.append(curve.name + " ", strong, curve.x[i] === at ? "" : " (at " + number(curve.x[i]) + ")");
          readout.append(item);
        }
      };
      picture.tabIndex = 0;
      picture.addEventListener("pointermove", (event) => {
        const box = svg.getBoundingClientRect();
        show(x.invert(((event.clientX - box.left) / box.width) * svg.viewBox.baseVal.width));
      });
      picture.addEventListener("pointerleave", clear);
      picture.addEventListener("blur", clear);
      picture.addEventListener("keydown", (event) => {
        const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (!way) return;
        event.preventDefault();
        const step = (x.invert(x.range[1]) - x.invert(x.range[0])) / 100;
        show(at === null ? x.invert(x.range[way > 0 ? 0 : 1]) : Math.min(x.invert(x.range[1]), Math.max(x.invert(x.range[0]), at + way * step)));
      });
    }
  }
})();
`;
