import { describe, expect, it } from 'vitest';
import { smokeProblems } from '#scripts/ci/smoke.ts';

/** A stage that responds with these statuses, and with those of a working one otherwise. */
const stage =
  (statuses: Readonly<Record<string, number>>): typeof fetch =>
  async (input) => {
    const { pathname } = new URL(String(input));
    if (statuses[pathname] === 0) throw new Error('no connection');
    return new Response('', {
      status: statuses[pathname] ?? (pathname === '/api/messages' ? 401 : 200),
    });
  };

describe('the smoke test', () => {
  it('passes a stage that works', async () => {
    expect(await smokeProblems('https://x.example.org', stage({}))).toEqual([]);
  });

  it('names every path that responds differently or not at all', async () => {
    const broken = stage({ '/': 500, '/api/health': 0, '/api/messages': 200 });

    expect(await smokeProblems('https://x.example.org', broken)).toEqual([
      '/api/health does not respond: no connection',
      '/ responds with 500 instead of 200',
      '/api/messages responds with 200 instead of 401',
    ]);
  });
});
