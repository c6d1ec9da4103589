import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import * as z from 'zod/mini';

export interface TestTally {
  passed: number;
  failed: number;
  skipped: number;
  /** What failed, each with the first lines of why, as far as the runner tells it. */
  failures?: readonly string[];
}

/** How a runner came to its end. */
export interface Ended {
  name: string;
  code: number;
  /** Everything that it printed. */
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

/** Lines of a failure that the list at the end repeats, and characters of each: a counterexample may be long. */
const SHOWN_LINES = 12;
const SHOWN_CHARACTERS = 500;

const failure = (what: string, why: readonly string[]): string =>
  [what, ...why.slice(0, SHOWN_LINES).map((line) => `    ${line.slice(0, SHOWN_CHARACTERS)}`)].join(
    '\n',
  );

const testFailure = (file: string, test: string, message = ''): string =>
  failure(`${relative(process.cwd(), file)} > ${test}`, message.split('\n'));

/** Where a runner says what no count of tests tells, or what its tests met, the surest first. */
const TELLING = [/Unhandled (Errors|Rejection)/, /^ERROR: /, /^ *run ".*"\.\.\. fail/, /\bError: /];

const CLOSING = /^(?:\w+: )?(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/;

/** What vitest's JSON report counts. @throws when it is no such report. */
export const tallyOfReport = (json: string): TestTally => {
  const report = z.parse(VitestReport, JSON.parse(json));
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: report.testResults.flatMap(({ name, status, message, assertionResults }) => {
      const failed = assertionResults.filter((one) => one.status === 'failed');
      return failed.length === 0 && status === 'failed'
        ? [testFailure(name, 'the file itself', message)]
        : failed.map((one) => testFailure(name, one.fullName, one.failureMessages?.join('\n')));
    }),
  };
};

/** What the last closing line of a runner counts, if there is one. */
export const tallyOfLines = (output: string): TestTally | undefined => {
  const line = output.split('\n').findLast(isClosing);
  const [, passed, failed, skipped] = CLOSING.exec(line ?? '') ?? [];
  return line === undefined
    ? undefined
    : { passed: Number(passed), failed: Number(failed), skipped: Number(skipped ?? 0) };
};

/** Whether a line is a runner's closing line. */
export const isClosing = (line: string): boolean => CLOSING.test(line);

/** A runner that left no count, or ended badly without a failed test (a crash, too little coverage), failed once. */
export const judged = (tally: TestTally | undefined, { name, code, output }: Ended): TestTally => {
  const counted = tally ?? { passed: 0, failed: 0, skipped: 0 };
  const isUnexplained = counted.failed === 0 && (code !== 0 || tally === undefined);
  const failed = isUnexplained ? 1 : counted.failed;
  return failed > 0 && !counted.failures?.length
    ? {
        ...counted,
        failed,
        failures: [failure(`${name}, exit code ${code}`, tellingLines(output))],
      }
    : { ...counted, failed };
};

const tellingLines = (output: string): string[] => {
  const lines = stripVTControlCharacters(output)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const found = TELLING.map((telling) => lines.findIndex((line) => telling.test(line)));
  return lines.slice(found.find((at) => at >= 0) ?? -SHOWN_LINES);
};

/** The plain closing line over all runners. */
export const closingLine = (tallies: readonly TestTally[]): string => {
  const sum = (key: 'passed' | 'failed' | 'skipped') =>
    tallies.reduce((total, tally) => total + tally[key], 0);
  const skipped = sum('skipped');
  return `${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
};
