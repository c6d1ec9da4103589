import { quantile } from '#scripts/bench/statistics.ts';

/** Measurements by what was measured. Milliseconds. */
export interface LoadFigures {
  /** The smallest request through the same gateway. The other figures are divided by its median. */
  baseline: readonly number[];
  figures: Readonly<Record<string, readonly number[]>>;
}

const PARTS = { p50: 0.5, p95: 0.95, p99: 0.99 };

/** One line for each figure: its quantiles, and in parentheses their ratio to the median of the baseline. */
export const figureLines = ({ baseline, figures }: LoadFigures): string[] => {
  const unit = quantile(baseline, 0.5);
  const all = { 'smallest request': baseline, ...figures };
  return Object.entries(all).map(([name, values]) => {
    const parts = Object.entries(PARTS).map(([part, q]) => {
      const ms = quantile(values, q);
      return `${part} ${ms.toFixed(0).padStart(5)} ms (${(ms / unit).toFixed(1)})`;
    });
    return `${name.padEnd(18)} ${String(values.length).padStart(5)} × ${parts.join('  ')}`;
  });
};

/**
 * What the platform did per second, from the first message to the last one. The messages of the warm-up count, too.
 * @param acceptedMs when each message was accepted. Milliseconds since the Unix epoch
 * @param endsMs when each push ended. Milliseconds since the Unix epoch
 */
export const throughputLine = (
  acceptedMs: readonly number[],
  endsMs: readonly number[],
): string => {
  const beganMs = Math.min(...acceptedMs);
  const perSecond = (times: readonly number[]) => {
    const seconds = Math.max(1, (Math.max(...times) - beganMs) / 1_000);
    return times.length === 0 ? '0.0' : (times.length / seconds).toFixed(1);
  };
  return `throughput: ${perSecond(acceptedMs)} messages accepted and ${perSecond(endsMs)} pushes sent per second`;
};
