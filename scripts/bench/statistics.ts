/** The summary of many measurements. */
export interface Summary {
  median: number;
  p10: number;
  p90: number;
}

/**
 * A quantile, interpolated between neighbours.
 * Source: R. J. Hyndman and Y. Fan, "Sample quantiles in statistical packages", definition 7.
 */
export const quantile = (values: readonly number[], q: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const [low = Number.NaN, high = low] = sorted.slice(Math.floor(at), Math.floor(at) + 2);
  return low + (high - low) * (at - Math.floor(at));
};

export const summaryOf = (values: readonly number[]): Summary => ({
  median: quantile(values, 0.5),
  p10: quantile(values, 0.1),
  p90: quantile(values, 0.9),
});

export const shuffled = <T>(values: readonly T[], random = Math.random): T[] => {
  const left = [...values];
  return values.map(() => left.splice(Math.floor(random() * left.length), 1)[0] as T);
};

/** The sides of a comparison. Each call is one measurement. */
export type Sides<Name extends string> = Readonly<Record<Name, () => Promise<number>>>;
export type Round<Name extends string> = Readonly<Record<Name, number>>;

export interface RoundOptions {
  /** Rounds, without the first. */
  count: number;
  random?: () => number;
  onRound?: () => void;
}

/** Measures every side once per round, in random order. The first round warms up and is dropped. */
export const rounds = async <Name extends string>(
  sides: Sides<Name>,
  { count, random, onRound = () => {} }: RoundOptions,
): Promise<Round<Name>[]> => {
  const kept: Round<Name>[] = [];
  for (let round = 0; round <= count; round += 1) {
    const measured = {} as Record<Name, number>;
    for (const name of shuffled(Object.keys(sides) as Name[], random)) {
      measured[name] = await sides[name]();
    }
    if (round > 0) kept.push(measured);
    onRound();
  }
  return kept;
};

/** The ratio of two sides. Both were measured in the same round, so other load on the machine cancels out. */
export const ratioOf = <Name extends string>(
  measured: readonly Round<Name>[],
  side: NoInfer<Name>,
  against: NoInfer<Name>,
): Summary => summaryOf(measured.map((round) => round[side] / round[against]));
