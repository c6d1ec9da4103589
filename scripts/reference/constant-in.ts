import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const UNITS: Readonly<Record<string, number>> = { SECOND_MS, MINUTE_MS, HOUR_MS, DAY_MS };

/**
 * The value of a constant or a default that a file assigns to this name: a product of numbers and units of time. These
 * constants are private to their files, and only the reference shows them.
 * @throws Error if the file assigns no such value
 */
export const constantIn = (file: string, name: string): number => {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const [, expression = ''] =
    new RegExp(String.raw`\b${name} = ([\w. *]+)[;,\n }]`).exec(text) ?? [];
  const factors = expression.trim().split(' * ');
  const value = factors.map((factor) => UNITS[factor] ?? Number(factor.replaceAll('_', '')));
  const product = value.reduce((product, factor) => product * factor, 1);
  if (expression === '' || Number.isNaN(product)) throw new Error(`${file} assigns no ${name}`);
  return product;
};

/** A time in the largest unit in which it is a whole number, such as `15 min`. */
export const duration = (ms: number): string => {
  const units = [
    ['d', DAY_MS],
    ['h', HOUR_MS],
    ['min', MINUTE_MS],
    ['s', SECOND_MS],
  ] as const;
  const [unit, size] = units.find(([, unitMs]) => ms % unitMs === 0 && ms >= unitMs) ?? ['ms', 1];
  return `${ms / size} ${unit}`;
};
