import type { Figure } from './gates.ts';
import type { StandIn } from './server.ts';

/** What every part of the benchmark is given. */
export interface Bench {
  /** Rounds that count, of each comparison; a part that takes long may do with fewer. */
  rounds: number;
  /** What stands in for AWS and ntfy. */
  standIn: StandIn;
  /** The environment of a function that reaches the stand-in. It does not warm up. */
  env: Readonly<Record<string, string>>;
  /** Says what is being measured. */
  progress: (what: string) => void;
}

/** One part of the benchmark. */
export type Part = (bench: Bench) => Promise<Figure[]>;

export const exactly = (value: number) => ({ median: value, p10: value, p90: value });
