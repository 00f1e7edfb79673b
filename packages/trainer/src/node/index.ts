/**
 * What needs a file system.
 *
 * @packageDocumentation
 */
export { JsonlLogger } from "./jsonl-logger.js";
