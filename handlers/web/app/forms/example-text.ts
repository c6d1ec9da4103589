import { isRecord } from './form-schema.ts';

const MAX_LENGTH = 40;

/** A short text that tells one example from another, such as `course birdsfoot, days 2`. */
export const exampleText = (example: unknown): string => {
  const text = isRecord(example)
    ? Object.entries(example)
        .map(([name, value]) => `${name} ${valueText(value)}`)
        .join(', ')
    : valueText(example);
  const characters = [...text];
  return characters.length > MAX_LENGTH ? `${characters.slice(0, MAX_LENGTH).join('')}…` : text;
};

const valueText = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);
