import * as z from 'zod/mini';

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

const VitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
});

const CLOSING = /^(?:\w+: )?(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/;

/** What vitest's JSON report counts. @throws when it is no such report. */
export const tallyOfReport = (json: string): Tally => {
  const report = z.parse(VitestReport, JSON.parse(json));
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
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
  const { passed, failed, skipped } = tally ?? { passed: 0, failed: 0, skipped: 0 };
  const isUnexplained = failed === 0 && (code !== 0 || tally === undefined);
  return { passed, failed: isUnexplained ? 1 : failed, skipped };
};

/** The plain closing line over all runners. */
export const closingLine = (tallies: readonly Tally[]): string => {
  const sum = (key: keyof Tally) => tallies.reduce((total, tally) => total + tally[key], 0);
  const skipped = sum('skipped');
  return `${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
};
