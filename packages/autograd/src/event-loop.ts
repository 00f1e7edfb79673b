/** What there may be of the host, in Node and in browsers. */
interface Host {
  readonly setImmediate?: (run: () => void) => unknown;
  readonly MessageChannel?: new () => Channel;
  readonly setTimeout: (run: () => void, milliseconds: number) => unknown;
}

interface Channel {
  readonly port1: { onmessage: (() => void) | null; close(): void };
  readonly port2: { postMessage(message: null): void };
}

const host = globalThis as unknown as Host;

/**
 * Lets whatever else waits have a turn: timers, input, drawing. In browsers by a message, since timers there are held
 * back for 4 ms.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (host.setImmediate !== undefined) host.setImmediate(resolve);
    else if (host.MessageChannel === undefined) host.setTimeout(resolve, 0);
    else {
      const { port1, port2 } = new host.MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(null);
    }
  });
}
