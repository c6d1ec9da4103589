import { describe, expect, it } from 'vitest';
import { attemptOf, withAttempt } from '#handlers/web/app/forms/send-attempt.ts';

const key = (text: string) => () => text;

describe('attemptOf', () => {
  it('keeps the key of a request that is repeated', () => {
    const first = attemptOf({ path: '/x', body: { a: 1 } }, [], key('k1'));

    expect(attemptOf({ path: '/x', body: { a: 1 } }, [first], key('k2'))).toEqual(first);
    expect(first.key).toBe('k1');
  });

  it('keeps the key when another request was sent in between', () => {
    const first = attemptOf({ body: { a: 1 } }, [], key('k1'));
    const second = attemptOf({ body: { a: 1 }, query: { dry_run: true } }, [first], key('k2'));
    const attempts = withAttempt(withAttempt([], first), second);

    expect(second.key).toBe('k2');
    expect(attemptOf({ body: { a: 1 } }, attempts, key('k3')).key).toBe('k1');
  });

  it('has a new key for another request, and when another one is wanted', () => {
    const first = attemptOf({ body: { a: 1 } }, [], key('k1'));

    expect(attemptOf({ body: { a: 2 } }, [first], key('k2')).key).toBe('k2');
    expect(attemptOf({ body: { a: 1 } }, [], key('k3')).key).toBe('k3');
  });
});

describe('withAttempt', () => {
  it('replaces the attempt of the same request, and remembers the last ten', () => {
    const attempts = Array.from({ length: 12 }, (_, n) => ({ content: `${n}`, key: `k${n}` }));
    const all = attempts.reduce(withAttempt, []);

    expect(all.map(({ key }) => key)).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2].map((n) => `k${n}`));
    expect(withAttempt(all, { content: '5', key: 'new' }).slice(0, 2)).toEqual([
      { content: '5', key: 'new' },
      { content: '11', key: 'k11' },
    ]);
  });
});
