/** A source of numbers in [0, 1), such as `Math.random`. */
export type Random = () => number;

/** A UUID of version 4 that comes from the source, so that the same source gives the same UUIDs. */
export const randomUuid = (random: Random): string => {
  const hex = randomText(random, '0123456789abcdef', 31);
  const variant = '89ab'[Math.floor(random() * 4)];
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(12, 15)}`,
    `${variant}${hex.slice(15, 18)}`,
    hex.slice(18, 30),
  ].join('-');
};

export const randomText = (random: Random, alphabet: string, chars: number): string =>
  Array.from({ length: chars }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
