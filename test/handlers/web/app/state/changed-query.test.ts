import { describe, expect, it } from 'vitest';
import { changedQuery } from '#handlers/web/app/state/changed-query.ts';

describe('changedQuery', () => {
  it('keeps the other parameters', () => {
    const query = changedQuery('?status=failed&type=manual', { type: 'notify', creator: 'a&b' });

    expect(query).toBe('status=failed&type=notify&creator=a%26b');
  });

  it('removes a parameter whose value is empty', () => {
    expect(changedQuery('?status=failed&type=manual', { status: '' })).toBe('type=manual');
    expect(changedQuery('?status=failed', { status: '', type: '' })).toBe('');
  });
});
