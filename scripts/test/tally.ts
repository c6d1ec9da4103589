import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import * as z from 'zod/mini';

export interface TestTally {
  passed: number;
  failed: number;
  skipped: number;
  /** The failed tests with the first lines of their errors, as far as the runner prints them. */
  failures?: readonly string[];
}

/** How a runner ended. */
export interface RunnerEnd {
  name: string;
  code: number;
  /** Both output streams. */
  output: string;
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
      startTime: z.optional(z.number()),
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

/** The list at the end shows this much of a failure, because a counterexample can be long. */
const SHOWN_LINES = 12;
const SHOWN_CHARACTERS = 500;
/** The last lines of a log may be all that somebody sees. */
const SHOWN_LINE_CHARACTERS = 240;

const failure = (name: string, lines: readonly string[]): string =>
  [
    name,
    ...lines.slice(0, SHOWN_LINES).map((line) => `    ${line.slice(0, SHOWN_CHARACTERS)}`),
  ].join('\n');

const testFailure = (file: string, test: string, message = ''): string =>
  failure(`${relative(process.cwd(), file)} > ${test}`, message.split('\n'));

/** Lines that show why a runner failed without a failed test. The first pattern that matches is used. */
const REASONS = [/Unhandled (Errors|Rejection)/, /^ERROR: /, /^ *run ".*"\.\.\. fail/, /\bError: /];

const CLOSING = /^(?:\w+: )?(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/;

/**
 * The counts of a JSON report of vitest. A file that fails outside of its tests counts as one. The first test that failed
 * is the last of the failures, because it often caused the others.
 * @throws for any other text
 */
export const tallyOfReport = (json: string): TestTally => {
  const report = z.parse(VitestReport, JSON.parse(json));
  const isFailed = ({ status }: { status: string }) => status === 'failed';
  const isBroken = (file: (typeof report.testResults)[number]) =>
    isFailed(file) && !file.assertionResults.some(isFailed);
  const brokenFiles = report.testResults.filter(isBroken);
  const otherFiles = report.testResults
    .filter((file) => !isBroken(file))
    .toSorted((a, b) => (b.startTime ?? 0) - (a.startTime ?? 0));
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: [
      ...brokenFiles.map(({ name, message }) => testFailure(name, 'the file itself', message)),
      ...otherFiles.flatMap(({ name, assertionResults }) =>
        assertionResults
          .filter(isFailed)
          .map((one) => testFailure(name, one.fullName, one.failureMessages?.join('\n')))
          .toReversed(),
      ),
    ],
  };
};

/** A failure in one line: its test, and the beginning of its error. */
export const failureLine = (failure: string): string => {
  const [test = '', error = ''] = failure.split('\n', 2);
  return `${test}: ${error.trim()}`.slice(0, SHOWN_LINE_CHARACTERS);
};

/** The counts of the last closing line of a runner. `undefined` when there is none. */
export const tallyOfLines = (output: string): TestTally | undefined => {
  const line = output.split('\n').findLast(isClosing);
  const [, passed, failed, skipped] = CLOSING.exec(line ?? '') ?? [];
  return line === undefined
    ? undefined
    : { passed: Number(passed), failed: Number(failed), skipped: Number(skipped ?? 0) };
};

/** Whether a line is the closing line of a runner. */
export const isClosing = (line: string): boolean => CLOSING.test(line);

/** Counts one failure for a runner without counts, or that failed without a failed test (a crash, low coverage). */
export const withRunnerFailure = (
  tally: TestTally | undefined,
  { name, code, output }: RunnerEnd,
): TestTally => {
  const counted = tally ?? { passed: 0, failed: 0, skipped: 0 };
  const isUnexplained = counted.failed === 0 && (code !== 0 || tally === undefined);
  const failed = isUnexplained ? 1 : counted.failed;
  return failed > 0 && !counted.failures?.length
    ? {
        ...counted,
        failed,
        failures: [failure(`${name}, exit code ${code}`, reasonLines(output))],
      }
    : { ...counted, failed };
};

const reasonLines = (output: string): string[] => {
  const lines = stripVTControlCharacters(output)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const found = REASONS.map((reason) => lines.findIndex((line) => reason.test(line)));
  return lines.slice(found.find((at) => at >= 0) ?? -SHOWN_LINES);
};

/** The closing line with the sums of all runners. */
export const closingLine = (tallies: readonly TestTally[]): string => {
  const sum = (key: 'passed' | 'failed' | 'skipped') =>
    tallies.reduce((total, tally) => total + tally[key], 0);
  const skipped = sum('skipped');
  return `${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
};
