import { writeWhole } from "../../write-whole.js";
import { type Report, renderReport } from "./page.js";

/**
 * Writes a report as one HTML file, making its folder where needed; never half of one.
 *
 * @param path where the page goes, such as `runs/translate/report.html`
 */
export function writeReport(path: string, report: Report): Promise<void> {
  return writeWhole(path, renderReport(report));
}
