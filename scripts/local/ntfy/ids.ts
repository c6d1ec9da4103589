import { randomInt } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Random letters and digits. */
export const randomToken = (chars: number): string =>
  Array.from({ length: chars }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
