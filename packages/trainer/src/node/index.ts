/**
 * What needs a file system.
 *
 * @module @typegrad/trainer/node
 */
export { JsonlLogger } from "./jsonl-logger.js";
