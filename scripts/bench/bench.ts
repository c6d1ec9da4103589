import type { Figure } from './report.ts';
import type { StandIn } from './server.ts';

/** The input of every part of the benchmark. */
export interface Bench {
  /** Rounds of each comparison, without the first. A slow part may run fewer. */
  rounds: number;
  /** The server that replaces AWS and ntfy. */
  standIn: StandIn;
  /** The environment of a function that calls the stand-in. With it, a function does not warm up. */
  env: Readonly<Record<string, string>>;
  /** Prints what is being measured. */
  progress: (what: string) => void;
}

/** One part of the benchmark. */
export type Part = (bench: Bench) => Promise<Figure[]>;

export const exactly = (value: number) => ({ median: value, p10: value, p90: value });
