import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { type Report, renderReport } from "./page.js";

/**
 * Writes a report as one HTML file, making its folder where needed. The page is written under a temporary name and
 * then renamed, so that whoever opens `path` sees the old page or the new one, never half of one.
 *
 * @param path where the page goes, such as `runs/translate/report.html`
 */
export async function writeReport(path: string, report: Report): Promise<void> {
  const page = renderReport(report);
  const temporary = `${path}.${process.pid}.tmp`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(temporary, page);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
