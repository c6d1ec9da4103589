import { setTimeout as sleep } from 'node:timers/promises';
import { type CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { nameOf } from './clients.ts';

export interface FunctionOutput {
  /** Folder name of the function. */
  name: string;
  /** The output of one log event. */
  text: string;
}

export interface FollowOptions {
  functionNames: readonly string[];
  /** Called with new lines in the order of their time. Lines of one function with the same time stay together. */
  onLines: (lines: readonly FunctionOutput[]) => void;
  /** Milliseconds since the Unix epoch. Default: now. */
  sinceMs?: number;
}

const EVERY_MS = 500;
/** Events can arrive a little late, so each request asks for this much time before the last one again. */
const OVERLAP_MS = 5_000;
/** Lines that Lambda itself writes around an invocation. */
const FRAME = /^(START|END|REPORT|INIT_START) /;

/** Follows the logs of all functions until `stop` is called. A request that fails is repeated with the next one. */
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
