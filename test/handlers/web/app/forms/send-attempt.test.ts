import { describe, expect, it } from 'vitest';
import { attemptOf } from '#handlers/web/app/forms/send-attempt.ts';

const keys =
  (...all: string[]) =>
  () =>
    all.shift() ?? '';

describe('attemptOf', () => {
  it('keeps the key of a request that is repeated', () => {
    const first = attemptOf({ path: '/x', body: { a: 1 } }, undefined, keys('k1'));

    expect(attemptOf({ path: '/x', body: { a: 1 } }, first, keys('k2'))).toEqual(first);
    expect(first.key).toBe('k1');
  });

  it('has a new key for another request, and when another one is wanted', () => {
    const first = attemptOf({ body: { a: 1 } }, undefined, keys('k1'));

    expect(attemptOf({ body: { a: 2 } }, first, keys('k2')).key).toBe('k2');
    expect(attemptOf({ body: { a: 1 } }, undefined, keys('k3')).key).toBe('k3');
  });
});
