import type { Summary } from './statistics.ts';

/** One figure of the benchmark. */
export interface Figure {
  name: string;
  /** `×` for a ratio; empty for a count. */
  unit: 'KB' | '×' | '$' | 'µs' | 'ms' | '';
  /** Absent when this machine cannot measure it. */
  value?: Summary;
  /** The most that the figure may be. Absent: the figure is only shown. */
  gate?: number;
  /** What the figure is compared with, or why it was not measured. */
  note?: string;
}

/** A gate that is missed for a known reason. */
export interface KnownMiss {
  name: string;
  /** The gate for the time being. A figure above it fails the run. */
  meanwhile: number;
  reason: string;
}

/** A gate misses only when the median is more than 10 % above it. */
export const TOLERANCE = 1.1;

/**
 * - `ok`: within the gate; `close`: at most 10 % above it, which is no miss
 * - `miss`: fails the run; `known`: a miss that is listed, and not above `meanwhile`
 * - `improved`: listed as a miss, but within the gate in nine rounds of ten; fails the run, because the list is wrong
 * - `shown`: has no gate; `not run`: this machine cannot measure it
 */
export type GateVerdict = 'ok' | 'close' | 'miss' | 'known' | 'improved' | 'shown' | 'not run';

const FAILING: readonly GateVerdict[] = ['miss', 'improved'];

export const verdictOf = (
  { name, value, gate }: Pick<Figure, 'name' | 'value' | 'gate'>,
  known: readonly KnownMiss[],
): GateVerdict => {
  if (value === undefined) return 'not run';
  if (gate === undefined) return 'shown';
  const listed = known.find((one) => one.name === name);
  // The 90th percentile, because a figure near its gate must not change the list with every run.
  if (value.p90 <= gate) return listed ? 'improved' : 'ok';
  if (value.median <= gate) return 'ok';
  if (value.median <= gate * TOLERANCE) return 'close';
  return listed && value.median <= listed.meanwhile * TOLERANCE ? 'known' : 'miss';
};

/** All figures as a table, and whether the run passed. */
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
