import { setTimeout as sleep } from 'node:timers/promises';
import { type CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { nameOf } from './clients.ts';

export interface LogLine {
  /** Folder name of the function. */
  name: string;
  /** One line as it was printed. */
  text: string;
}

export interface FollowOptions {
  functionNames: readonly string[];
  /** Lines in the order of their time; those of one function stay together when they are of the same millisecond. */
  onLines: (lines: readonly LogLine[]) => void;
  /** Milliseconds since the Unix epoch. Default: now. */
  sinceMs?: number;
}

const EVERY_MS = 500;
/** An invocation's lines arrive together at its end, stamped with that moment; so little is asked for twice. */
const OVERLAP_MS = 5_000;
/** What Lambda itself writes around an invocation. */
const FRAME = /^(START|END|REPORT|INIT_START) /;

/** Follow the logs of all functions until told to stop. An answer that does not come is asked for again. */
export const followLogs = (client: CloudWatchLogsClient, options: FollowOptions) => {
  const stopping = new AbortController();
  const following = follow(client, options, stopping.signal);
  return {
    stop: async () => {
      stopping.abort();
      await following;
    },
  };
};

const follow = async (
  client: CloudWatchLogsClient,
  { functionNames, onLines, sinceMs = Date.now() }: FollowOptions,
  stop: AbortSignal,
) => {
  const seen = new Map<string, number>();
  while (!stop.aborted) {
    const startTime = Math.max(sinceMs, Date.now() - OVERLAP_MS);
    const read = (name: string) => readGroup(client, name, startTime).catch(() => []);
    const events = (await Promise.all(functionNames.map(read)))
      .flat()
      .filter(({ key }) => !seen.has(key))
      .sort((a, b) => a.atMs - b.atMs);
    for (const { key, atMs } of events) seen.set(key, atMs);
    for (const [key, atMs] of seen) if (atMs < startTime - OVERLAP_MS) seen.delete(key);
    const lines = events.filter(({ text }) => !FRAME.test(text));
    if (lines.length > 0) onLines(lines);
    await sleep(EVERY_MS, undefined, { signal: stop }).catch(() => {});
  }
};

const readGroup = async (client: CloudWatchLogsClient, name: string, startTime: number) => {
  const logGroupName = `/aws/lambda/${nameOf(name)}`;
  const { events = [] } = await client.send(
    new FilterLogEventsCommand({ logGroupName, startTime }),
  );
  return events.map(({ logStreamName, timestamp = 0, message = '' }) => ({
    name,
    text: message.trimEnd(),
    atMs: timestamp,
    key: `${logStreamName} ${timestamp} ${message}`,
  }));
};
