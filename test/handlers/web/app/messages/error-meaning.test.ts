import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { errorMeaning, isKnownCode } from '#handlers/web/app/messages/error-meaning.ts';

/** The codes of rows that the documentation lists, except those that contain a number of ntfy. */
const documentedCodes = (): string[] => {
  const text = readFileSync('docs/architecture/message-schemas.md', 'utf8');
  const table = text.split('Codes in the field `error_code` of a row:')[1]?.split('\n\n')[1] ?? '';
  return table
    .split('\n')
    .slice(2)
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([A-Z][A-Z\d_]+)`/g)])
    .map(([, code = '']) => code);
};

/** A code of the API, although the documentation lists it with those of rows. */
const NEVER_IN_A_ROW = ['SIGN_IN_FAILED'];

describe('errorMeaning', () => {
  it('has its own sentences for every code that the documentation lists', () => {
    const codes = documentedCodes();
    const missing = codes.filter((code) => !isKnownCode(code) && !NEVER_IN_A_ROW.includes(code));

    expect(codes.length).toBeGreaterThan(25);
    expect(missing).toEqual([]);
  });

  it('tells a refused token of ntfy from a busy server', () => {
    expect(errorMeaning('NTFY_40101').toDo).toContain('token');
    expect(errorMeaning('NTFY_42908').toDo).toContain('Nothing');
    expect(isKnownCode('NTFY_99999')).toBe(true);
  });

  it('has general sentences for an unknown code, also for the name of an inherited property', () => {
    for (const code of ['NEW_CODE', '', 'toString', '__proto__']) {
      expect(errorMeaning(code).meaning).toContain('does not know');
    }
  });
});
