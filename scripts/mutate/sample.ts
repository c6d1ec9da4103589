/** A random choice that the same seed repeats. */
export const sampled = <Kind>(all: readonly Kind[], count: number, seed: number): Kind[] => {
  const random = randomOf(seed);
  const left = [...all];
  const chosen: Kind[] = [];
  while (chosen.length < count && left.length > 0) {
    chosen.push(...left.splice(Math.floor(random() * left.length), 1));
  }
  return chosen;
};

/** Source: "Mulberry32" by T. Ettinger, public domain. */
const randomOf = (seed: number) => {
  let state = seed >>> 0;
  return (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};
