import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { functionNames } from '#scripts/build.ts';
import { type LocalClients, nameOf } from '#scripts/local/clients.ts';
import { LOCAL_DIR } from '#scripts/local/paths.ts';
import { waitUntil } from '#scripts/local/wait-until.ts';
import type { Rows } from './rows.ts';

export interface WaitOptions {
  /** Correlation ids of the expected messages. If they do not come, the error shows their rows and log lines. */
  runs?: readonly string[];
  /** Milliseconds. */
  timeoutMs?: number;
}

/** @throws Error with what was waited for, the last error, and the rows and log lines */
export type Eventually = <T>(
  what: string,
  options: WaitOptions,
  poll: () => Promise<T | undefined | false> | T | undefined | false,
) => Promise<T>;

const TIMEOUT_MS = 30_000;
const EVERY_MS = 100;
const LINES = 25;
const LOOK_BACK_MS = 120_000;

export const eventuallyIn =
  ({ clients, rows }: { clients: LocalClients; rows: Rows }): Eventually =>
  async (what, { runs = [], timeoutMs = TIMEOUT_MS }, poll) => {
    try {
      return await waitUntil(poll, { timeoutMs, everyMs: EVERY_MS, what });
    } catch (error) {
      const found = await Promise.all(runs.map((run) => rows.ofRun(run)));
      const logged = await lastLines(clients, runs);
      throw new Error(
        [
          `${what} did not happen within ${timeoutMs} ms`,
          ...(error instanceof Error && error.cause ? [`last error: ${error.cause}`] : []),
          'rows:',
          ...found.flat().map((row) => JSON.stringify(row)),
          'log:',
          ...logged,
          'the local AWS:',
          ...localAwsWarnings(),
        ].join('\n'),
        { cause: error },
      );
    }
  };

/** The last log lines of these runs; if there are none, the last lines of all functions. */
const lastLines = async (clients: LocalClients, runs: readonly string[]): Promise<string[]> => {
  const lines = await logLines(clients, Date.now() - LOOK_BACK_MS);
  const about = lines.filter(({ text }) => runs.some((run) => text.includes(run)));
  return (about.length > 0 ? about : lines).slice(-LINES).map(({ text }) => text);
};

/** The last warnings of the local AWS. A function that does not start logs nothing itself. */
const localAwsWarnings = (): string[] =>
  readFileSync(join(LOCAL_DIR, 'e2e', 'ministack.log'), 'utf8')
    .split('\n')
    .filter((line) => / (WARNING|ERROR) /.test(line))
    .slice(-LINES / 5);

/** The lines that Lambda itself writes around an invocation. */
const FRAME = /^(START|END|REPORT|INIT_START) /;

export interface LoggedLine {
  /** Folder name of the function. */
  name: string;
  /** One per invocation. */
  stream: string;
  text: string;
  atMs: number;
}

/** The log lines of the functions since then, oldest first. */
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
