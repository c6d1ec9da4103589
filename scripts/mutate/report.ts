import { oneLine } from './equivalent.ts';

/** The result of one mutant. */
export interface MutationOutcome {
  file: string;
  line: number;
  within: string;
  original: string;
  replacement: string;
  module: string;
  /** The test that failed, or how the mutant ended. Absent if it survived. */
  killedBy?: string | undefined;
  /** Whether any test ran its code. */
  isReached: boolean;
}

/** Modules that must reach the minimum percentage. */
export const CORE = ['engine', 'messages', 'http', 'identity', 'schedules'];
/** Minimum percentage of killed mutants in a core module. */
const MIN_PERCENT = 90;

export interface Share {
  module: string;
  killed: number;
  total: number;
  percent: number;
}

export const sharesOf = (outcomes: readonly MutationOutcome[]): Share[] => {
  const modules = [...new Set(outcomes.map(({ module }) => module))].sort();
  return modules.map((module) => {
    const own = outcomes.filter((outcome) => outcome.module === module);
    const killed = own.filter(({ killedBy }) => killedBy !== undefined).length;
    return { module, killed, total: own.length, percent: (100 * killed) / own.length };
  });
};

/** The modules below their minimum percentage: core modules, and folders of Terraform, whose values must all be tested. */
export const belowMinimum = (shares: readonly Share[]): (Share & { minimum: number })[] =>
  shares
    .map((share) => ({ ...share, minimum: minimumOf(share.module) }))
    .filter(({ percent, minimum }) => percent < minimum);

const minimumOf = (module: string): number => {
  if (module.startsWith('terraform/')) return 100;
  return CORE.includes(module) ? MIN_PERCENT : 0;
};

/** The survivors with place and change, then the share of killed mutants of each module. */
export const reportOf = (outcomes: readonly MutationOutcome[]): string => {
  const survivors = outcomes
    .filter(({ killedBy }) => killedBy === undefined)
    .toSorted((a, b) => a.file.localeCompare(b.file) || a.line - b.line)
    .map(({ file, line, within, original, replacement, isReached }) => {
      const change = `${oneLine(original)}  →  ${oneLine(replacement) || '(removed)'}`;
      return `${file}:${line} ${within}: ${change}${isReached ? '' : '  (no test runs it)'}`;
    });
  const shares = sharesOf(outcomes).map(
    ({ module, killed, total, percent }) =>
      `${module.padEnd(20)} ${`${killed} of ${total}`.padStart(12)} ${percent.toFixed(1).padStart(6)} %`,
  );
  return [...survivors, '', ...shares].join('\n');
};
