import { randomInt } from 'node:crypto';

/** The characters of a password, without those that look alike. */
const SETS = [
  'ABCDEFGHJKLMNPQRSTUVWXYZ',
  'abcdefghijkmnopqrstuvwxyz',
  '23456789',
  '-_.:+=',
] as const;
const LENGTH = 20;

/** A random password with every kind of character that the user pool requires, in random order. */
export const newPassword = (): string => {
  const all = SETS.join('');
  const chosen = Array.from({ length: LENGTH }, (_, n) => pick(SETS[n] ?? all));
  for (let last = LENGTH - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [chosen[last], chosen[other]] = [chosen[other] ?? '', chosen[last] ?? ''];
  }
  return chosen.join('');
};

const pick = (characters: string): string => characters.charAt(randomInt(characters.length));
