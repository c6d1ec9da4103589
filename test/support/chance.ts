/** The choices of a simulated world. Choice 0 always means that nothing unusual happens. */
export interface Chance {
  /** A choice from 0 to `choices` − 1 about something. */
  pick: (about: Choice, choices: number) => number;
  /** A number between two. */
  between: (low: number, high: number) => number;
}

/** What a world can choose about. */
export type Choice =
  | 'call'
  | 'commit'
  | 'decision'
  | 'deny'
  | 'frozen'
  | 'lag'
  | 'lock'
  | 'read'
  | 'redrive'
  | 'resolve'
  | 'second'
  | 'skew'
  | 'tick'
  | 'wake';

/** The probability that a choice is not 0. */
export type Rates = Readonly<Record<Choice, number>>;

/** Nothing unusual happens. */
export const noChance: Chance = { pick: () => 0, between: (low, high) => (low + high) / 2 };

/** Random choices. @param random a source of numbers in [0, 1) */
export const randomChance = (random: () => number, rates: Rates): Chance => ({
  pick: (about, choices) =>
    random() < rates[about] ? 1 + Math.floor(random() * (choices - 1)) : 0,
  between: (low, high) => low + random() * (high - low),
});
