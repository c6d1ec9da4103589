import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { functionNames } from '#scripts/build.ts';
import { type LocalClients, nameOf } from '#scripts/local/clients.ts';
import { LOCAL_DIR } from '#scripts/local/places.ts';
import { until } from '#scripts/local/process.ts';
import type { Rows } from './rows.ts';

export interface Wish {
  /** Correlation ids of what is waited for: their rows and log lines are the evidence when it does not come. */
  runs?: readonly string[];
  /** Milliseconds. */
  timeoutMs?: number;
}

/** @throws Error that says what was waited for, what the last answer was, and what rows and logs say of it. */
export type Eventually = <T>(
  what: string,
  wish: Wish,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
) => Promise<T>;

const TIMEOUT_MS = 30_000;
const EVERY_MS = 100;
const LINES = 25;
const LOOK_BACK_MS = 120_000;

export const eventuallyIn =
  ({ clients, rows }: { clients: LocalClients; rows: Rows }): Eventually =>
  async (what, { runs = [], timeoutMs = TIMEOUT_MS }, ask) => {
    try {
      return await until(ask, { timeoutMs, everyMs: EVERY_MS, what });
    } catch (error) {
      const found = await Promise.all(runs.map((run) => rows.ofRun(run)));
      const said = await lastLines(clients, runs);
      throw new Error(
        [
          `${what} did not happen within ${timeoutMs} ms`,
          ...(error instanceof Error && error.cause ? [`last error: ${error.cause}`] : []),
          'rows:',
          ...found.flat().map((row) => JSON.stringify(row)),
          'log:',
          ...said,
          'the local AWS:',
          ...complaints(),
        ].join('\n'),
        { cause: error },
      );
    }
  };

/** What the functions last said about these runs, or at all when that is nothing. */
const lastLines = async (clients: LocalClients, runs: readonly string[]): Promise<string[]> => {
  const lines = await logLines(clients, Date.now() - LOOK_BACK_MS);
  const about = lines.filter(({ text }) => runs.some((run) => text.includes(run)));
  return (about.length > 0 ? about : lines).slice(-LINES).map(({ text }) => text);
};

/** What the local AWS itself complained of last: a function that does not even start leaves no line of its own. */
const complaints = (): string[] =>
  readFileSync(join(LOCAL_DIR, 'e2e', 'ministack.log'), 'utf8')
    .split('\n')
    .filter((line) => / (WARNING|ERROR) /.test(line))
    .slice(-LINES / 5);

/** What Lambda itself writes around an invocation. */
const FRAME = /^(START|END|REPORT|INIT_START) /;

export interface LoggedLine {
  /** Folder name of the function. */
  name: string;
  /** One per invocation. */
  stream: string;
  text: string;
  atMs: number;
}

/** What the functions printed since then, oldest first. */
export const logLines = async (
  { logs }: Pick<LocalClients, 'logs'>,
  sinceMs: number,
): Promise<LoggedLine[]> => {
  const groups = await Promise.all(
    functionNames().map(async (name) => {
      const { events = [] } = await logs
        .send(
          new FilterLogEventsCommand({
            logGroupName: `/aws/lambda/${nameOf(name)}`,
            startTime: sinceMs,
          }),
        )
        .catch(() => ({ events: [] }));
      return events.map(({ logStreamName: stream = '', message = '', timestamp = 0 }) => ({
        name,
        stream,
        text: message.trimEnd(),
        atMs: timestamp,
      }));
    }),
  );
  return groups
    .flat()
    .filter(({ text }) => !FRAME.test(text))
    .sort((a, b) => a.atMs - b.atMs);
};
