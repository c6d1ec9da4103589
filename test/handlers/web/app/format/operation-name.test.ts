import { expect, it } from 'vitest';
import { operationName } from '#handlers/web/app/format/operation-name.ts';

it('shows the name of an operation as words', () => {
  expect(operationName('book_tee_time')).toBe('Book tee time');
  expect(operationName('')).toBe('');
});
