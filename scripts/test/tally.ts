import { relative } from 'node:path';
import * as z from 'zod/mini';

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  /** What failed, each with the first lines of why, as far as the runner tells it. */
  failures?: readonly string[];
}

const VitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.optional(z.string()),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.optional(z.nullable(z.array(z.string()))),
        }),
      ),
    }),
  ),
});

/** Lines of a failure that the list at the end repeats. */
const SHOWN_LINES = 12;

const failure = (file: string, test: string, message = ''): string => {
  const why = message.split('\n').slice(0, SHOWN_LINES).join('\n    ');
  return `${relative(process.cwd(), file)} > ${test}\n    ${why}`;
};

const CLOSING = /^(?:\w+: )?(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/;

/** What vitest's JSON report counts. @throws when it is no such report. */
export const tallyOfReport = (json: string): Tally => {
  const report = z.parse(VitestReport, JSON.parse(json));
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: report.testResults.flatMap(({ name, status, message, assertionResults }) => {
      const failed = assertionResults.filter((one) => one.status === 'failed');
      return failed.length === 0 && status === 'failed'
        ? [failure(name, 'the file itself', message)]
        : failed.map((one) => failure(name, one.fullName, one.failureMessages?.join('\n')));
    }),
  };
};

/** What the last closing line of a runner counts, if there is one. */
export const tallyOfLines = (output: string): Tally | undefined => {
  const line = output.split('\n').findLast(isClosing);
  const [, passed, failed, skipped] = CLOSING.exec(line ?? '') ?? [];
  return line === undefined
    ? undefined
    : { passed: Number(passed), failed: Number(failed), skipped: Number(skipped ?? 0) };
};

/** Whether a line is a runner's closing line. */
export const isClosing = (line: string): boolean => CLOSING.test(line);

/** A runner that left no count, or ended badly without a failed test (a crash, too little coverage), failed once. */
export const judged = (tally: Tally | undefined, code: number): Tally => {
  const counted = tally ?? { passed: 0, failed: 0, skipped: 0 };
  const isUnexplained = counted.failed === 0 && (code !== 0 || tally === undefined);
  return { ...counted, failed: isUnexplained ? 1 : counted.failed };
};

/** The plain closing line over all runners. */
export const closingLine = (tallies: readonly Tally[]): string => {
  const sum = (key: 'passed' | 'failed' | 'skipped') =>
    tallies.reduce((total, tally) => total + tally[key], 0);
  const skipped = sum('skipped');
  return `${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
};
