import type { Summary } from './statistics.ts';

/** One measured figure. */
export interface Figure {
  name: string;
  /** What stands behind the number: `KB`, `×` for a ratio, `$`, `µs`, a count. */
  unit: 'KB' | '×' | '$' | 'µs' | 'ms' | '';
  /** Absent when it could not be measured here. */
  value?: Summary;
  /** The most that it may be; absent for what is only shown. */
  gate?: number;
  /** Against what, or why not measured. */
  note?: string;
}

/** A miss that is known and explained. It leaves this list when the figure is within its gate again. */
export interface KnownMiss {
  name: string;
  /** The gate until then, from what was measured. Missing it, too, fails the run. */
  meanwhile: number;
  reason: string;
}

/** A gate misses only when the median is more than a tenth above it. */
export const TOLERANCE = 1.1;

/**
 * - `ok`: within the gate; `close`: above it by a tenth at most, which does not count
 * - `miss`: fails the run; `known`: a miss that is listed, and not worse than it may be meanwhile
 * - `mended`: listed as a miss and within the gate in nine rounds of ten, so the list is wrong: fails the run
 * - `shown`: has no gate; `not run`: could not be measured here
 */
export type Verdict = 'ok' | 'close' | 'miss' | 'known' | 'mended' | 'shown' | 'not run';

const FAILING: readonly Verdict[] = ['miss', 'mended'];

export const verdictOf = (
  { name, value, gate }: Pick<Figure, 'name' | 'value' | 'gate'>,
  known: readonly KnownMiss[],
): Verdict => {
  if (value === undefined) return 'not run';
  if (gate === undefined) return 'shown';
  const listed = known.find((one) => one.name === name);
  // Surely so: a figure that is now within and now above is no reason to change the list each time.
  if (value.p90 <= gate) return listed ? 'mended' : 'ok';
  if (value.median <= gate) return 'ok';
  if (value.median <= gate * TOLERANCE) return 'close';
  return listed && value.median <= listed.meanwhile * TOLERANCE ? 'known' : 'miss';
};

/** The whole outcome as a table, and whether it is good. */
export const report = (
  figures: readonly Figure[],
  known: readonly KnownMiss[],
): { text: string; passed: boolean } => {
  const judged = figures.map((figure) => ({ figure, verdict: verdictOf(figure, known) }));
  const rows = judged.map(({ figure: { name, unit, value, gate, note = '' }, verdict }) => [
    name,
    value === undefined ? '-' : `${shown(value.median)} ${unit}`.trim(),
    value === undefined || value.p10 === value.p90
      ? ''
      : `${shown(value.p10)} … ${shown(value.p90)}`,
    gate === undefined ? '' : `≤ ${gate}`,
    verdict,
    known.find((one) => one.name === name && verdict === 'known')?.reason ?? note,
  ]);
  return {
    text: table([['figure', 'value', 'p10 … p90', 'gate', 'verdict', 'note'], ...rows]),
    passed: !judged.some(({ verdict }) => FAILING.includes(verdict)),
  };
};

const shown = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);

const table = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(...rows.map((row) => [...(row[at] ?? '')].length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};
