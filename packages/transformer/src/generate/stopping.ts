/** Where a text may end before its maximum length. */
export interface StopRule {
  /** The end token; `undefined`: there is none. */
  readonly eosId: number | undefined;
  /** Sequences of tokens, each of which ends a text. */
  readonly stop: readonly (readonly number[])[];
}

/** Whether the tokens written so far, prompt not included, end with the end token or a stop sequence. */
export function hasEnded(ids: readonly number[], { eosId, stop }: StopRule): boolean {
  if (ids.length > 0 && ids.at(-1) === eosId) return true;
  return stop.some((end) => end.length <= ids.length && end.every((id, i) => id === ids[ids.length - end.length + i]));
}
