import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeCursor, readCursor } from '#handlers/web-api/cursor.ts';

const KEY = Buffer.alloc(32, 1).toString('base64');
const OTHER_KEY = Buffer.alloc(32, 2).toString('base64');
const POSITION = {
  id: 'msg_20260301120000_0000000000000000',
  created_date: '2026-03-01T12:00:00.000Z',
};
const SCOPE = ['dev', ['status', 'failed']];

const refused = expect.objectContaining({
  kind: 'invalid',
  code: 'VALIDATION_ERROR',
  details: [expect.objectContaining({ path: 'cursor' })],
});

describe('a cursor', () => {
  it('contains the position for the same query', () => {
    expect(readCursor(makeCursor(POSITION, SCOPE, KEY), SCOPE, KEY)).toEqual(POSITION);
  });

  it('needs no escaping in a URL', () => {
    const cursor = makeCursor(POSITION, SCOPE, KEY);

    expect(encodeURIComponent(cursor)).toBe(cursor);
  });

  it.each([
    { what: 'another filter', scope: ['dev', ['status', 'created']], key: KEY },
    { what: 'one filter more', scope: [...SCOPE, ['created_by', 'a']], key: KEY },
    { what: 'another stage', scope: ['prod', ['status', 'failed']], key: KEY },
    { what: 'another key', scope: SCOPE, key: OTHER_KEY },
  ])('is rejected with $what', ({ scope, key }) => {
    const cursor = makeCursor(POSITION, SCOPE, KEY);

    expect(() => readCursor(cursor, scope, key)).toThrow(refused);
  });

  it('is rejected if any character is changed, added or removed (F63)', () => {
    const cursor = makeCursor(POSITION, SCOPE, KEY);
    const alphabet = 'ABab01-_.=+/ \u00e9\n';
    for (let at = 0; at <= cursor.length; at += 1) {
      const changed = [...alphabet].flatMap((letter) => [
        cursor.slice(0, at) + letter + cursor.slice(at + 1),
        cursor.slice(0, at) + letter + cursor.slice(at),
      ]);
      for (const text of [...changed, cursor.slice(0, at), cursor.slice(at + 1)]) {
        if (text !== cursor) expect(() => readCursor(text, SCOPE, KEY), text).toThrow(refused);
      }
    }
  });

  it('is rejected if it is any other text', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.base64String(), fc.string({ unit: 'binary' })),
        (text) => {
          expect(() => readCursor(text, SCOPE, KEY)).toThrow(refused);
        },
      ),
      { numRuns: 300 },
    );
  });
});
