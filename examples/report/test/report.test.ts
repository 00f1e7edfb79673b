import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Script } from "node:vm";
import { describe, expect, test } from "@jest/globals";
import { parseHTML } from "linkedom";
import { curvesSection, figuresSection, renderReport, translationsSection } from "../src/index.js";
import { pageScript } from "../src/page-script.js";
import { writeReport } from "../src/write.js";
import { sampleReport } from "./sample.js";

const page = renderReport(sampleReport());

describe("page", () => {
  test("refers to nothing outside itself", () => {
    expect(page.replaceAll('"http://www.w3.org/2000/svg"', "")).not.toMatch(/https?:\/\/|src=|@import|url\(/);
    expect([...page.matchAll(/href="([^"]*)"/g)].every(([, target]) => /^(#|data:,$)/.test(target ?? ""))).toBe(true);
    expect(page).toContain("default-src 'none'");
  });

  test("is the same for the same report", () => {
    expect(renderReport(sampleReport())).toBe(page);
  });

  test("has no id twice, and every label and heading finds its element", () => {
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of page.matchAll(/ (?:for|aria-labelledby)="([^"]*)"/g)) expect(ids).toContain(id);
  });

  test("has its sections in order, and describes every picture", () => {
    const { document } = parseHTML(page);
    const headings = [...document.querySelectorAll("h2")].map(({ textContent }) => textContent);
    expect(headings).toEqual(sampleReport().sections.map(({ title }) => title));
    for (const svg of document.querySelectorAll("svg")) {
      expect(svg.parentElement.getAttribute("role")).toBe("img");
      expect(svg.parentElement.getAttribute("aria-label").length).toBeGreaterThan(20);
    }
  });

  test("stays small, and its script parses", () => {
    expect(page.length).toBeLessThan(1_000_000);
    expect(() => new Script(pageScript)).not.toThrow();
  });

  test("without sections says so", () => {
    expect(renderReport({ title: "Nothing", sections: [] })).toContain("This report has no sections.");
  });

  test("shows hostile text as text, wherever it stands", () => {
    const evil = `</script></title><script>alert("1")</script><b>&amp;'`;
    const hostile = renderReport({
      title: evil,
      subtitle: evil,
      sections: [
        figuresSection(evil, { rows: [{ label: evil, value: evil, note: evil, code: true }], explanation: evil }),
        curvesSection(evil, { curves: [{ name: evil, x: [1, 2], y: [3, Number.NaN] }], xLabel: evil, yLabel: evil }),
        translationsSection(evil, {
          examples: [{ source: evil, reference: evil, output: `<i>${evil}`, correct: false }],
          labels: { source: evil, reference: evil, output: evil },
          languages: { source: evil, target: evil },
        }),
      ],
    });
    const { document } = parseHTML(hostile);
    expect(document.querySelectorAll("script")).toHaveLength(2);
    expect(document.querySelectorAll("main b, main i")).toHaveLength(0);
    expect(document.querySelector("h1").textContent).toBe(evil);
    expect(document.querySelector("code").textContent).toBe(evil);
  });
});

describe("translations", () => {
  const examples = [
    { source: "a b", reference: "x y .", output: "x y .", correct: true },
    { source: "c", reference: "u v w", output: "u w z", correct: false },
  ];
  const html = translationsSection("Examples", { examples, languages: { source: "en", target: "de" } }).html("a");

  test("mark the words that differ", () => {
    expect(html).toContain("u <del>v</del> w");
    expect(html).toContain("u w <ins>z</ins>");
  });

  test("are counted, told apart by words and not by colour alone, and show a reference only where it differs", () => {
    expect(html).toContain("1 of these 2 outputs are right.");
    expect(html.match(/✓ right/g)).toHaveLength(1);
    expect(html.match(/✗ wrong/g)).toHaveLength(1);
    expect(html.match(/<dt>reference<\/dt>/g)).toHaveLength(1);
    expect(html).toContain('<dd lang="de">x y\u00a0.</dd>');
  });

  test("without examples say so", () => {
    expect(translationsSection("Examples", { examples: [] }).html("a")).toContain("No examples were recorded");
  });
});

describe("figures", () => {
  test("format numbers and leave texts alone", () => {
    const rows = [
      { label: "parameters", value: 1_184_256 },
      { label: "seed", value: "1234", note: "of the whole run" },
      { label: "again", value: "npm start", code: true },
    ];
    const html = figuresSection("Figures", { rows }).html("a");
    expect(html).toContain("<dd>1,184,256</dd>");
    expect(html).toContain('<dd>1234</dd><dd class="note">of the whole run</dd>');
    expect(html).toContain("<code>npm start</code>");
  });

  test("without rows say so", () => {
    expect(figuresSection("Figures", { rows: [] }).html("a")).toContain("No figures were recorded.");
  });
});

describe("writeReport", () => {
  test("makes the folder, replaces the old page, and leaves nothing else behind", async () => {
    const folder = join(await mkdtemp(join(tmpdir(), "report-")), "runs", "first");
    const path = join(folder, "report.html");
    await writeReport(path, { title: "Old", sections: [] });
    await writeReport(path, sampleReport());
    expect(await readFile(path, "utf8")).toBe(page);
    expect(await readdir(folder)).toEqual(["report.html"]);
  });

  test("leaves nothing behind where it cannot write", async () => {
    const folder = await mkdtemp(join(tmpdir(), "report-"));
    await writeReport(join(folder, "report.html", "inner.html"), { title: "A folder in its place", sections: [] });
    await expect(writeReport(join(folder, "report.html"), { title: "New", sections: [] })).rejects.toThrow();
    expect(await readdir(folder)).toEqual(["report.html"]);
  });
});
