import type { Clock } from '#lib/platform/clock.ts';
import { inputLines } from './input-lines.ts';
import { type ClientLine, parseLine } from './rpc-message.ts';

export interface BridgeDeps {
  /** The lines of the client. */
  input: AsyncIterable<Uint8Array>;
  write: (text: string) => void;
  /** Never rejects. */
  forward: (line: ClientLine) => Promise<void>;
  /** Resolves when nobody reads the answers any more. */
  gone: Promise<void>;
  clock: Clock;
}

const MAX_LINE_BYTES = 1024 * 1024;
/** The client waits when more requests than this are open. */
const MAX_OPEN = 64;
/** How long open requests may take after the client has gone. Milliseconds. */
const DRAIN_MS = 30_000;

/** Forwards the lines of the client, all at the same time, until the client ends or has gone. */
export const runBridge = async ({
  input,
  write,
  forward,
  gone,
  clock,
}: BridgeDeps): Promise<void> => {
  const open = new Set<Promise<void>>();
  const readAll = async () => {
    for await (const each of inputLines(input, MAX_LINE_BYTES)) {
      const { line, refusal } = parseLine(each);
      if (refusal !== undefined) write(refusal);
      if (line === undefined) continue;
      const forwarded = forward(line).finally(() => open.delete(forwarded));
      open.add(forwarded);
      if (open.size >= MAX_OPEN) await Promise.race(open);
    }
  };
  await Promise.race([readAll(), gone]);
  await Promise.race([Promise.all(open), clock.sleep(DRAIN_MS)]);
};
