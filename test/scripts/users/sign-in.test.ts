import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '#scripts/local/ports.ts';
import { newPassword } from '#scripts/users/password.ts';
import { keepPassword, passwordOf } from '#scripts/users/passwords.ts';
import { REDIRECT_URI, signInBy, type Visit } from '#scripts/users/sign-in.ts';
import { visitPage } from '#scripts/users/visit.ts';
import { INHERITED_NAMES } from '#test/support/inherited-names.ts';

describe('signing in from a script', () => {
  const TOKENS = { access_token: 'a', expires_in: 1 };

  /** A pool whose page redirects back with a code and the state of the request, with changes. */
  const setup = (change: Record<string, string | undefined> = {}) => {
    const seen: { challenge?: string; grant?: unknown } = {};
    const visit: Visit = async (pageUrl) => {
      const { searchParams } = new URL(pageUrl);
      seen.challenge = searchParams.get('challenge') ?? '';
      const back = { code: 'c1', state: searchParams.get('state') ?? '', ...change };
      const given = Object.entries(back).filter(
        (pair): pair is [string, string] => pair[1] !== undefined,
      );
      return new URL(`${REDIRECT_URI}?${new URLSearchParams(given)}`);
    };
    const pool = {
      pageUrl: ({ state, codeChallenge }: { state: string; codeChallenge: string }) =>
        `https://login.example/?${new URLSearchParams({ state, challenge: codeChallenge })}`,
      exchange: async (grant: { codeVerifier: string }) => {
        seen.grant = grant;
        return TOKENS;
      },
    };
    return { seen, signIn: () => signInBy(visit, pool) };
  };

  it('exchanges the code with the verifier of the challenge', async () => {
    const { seen, signIn } = setup();

    expect(await signIn()).toBe(TOKENS);
    const { codeVerifier } = seen.grant as { codeVerifier: string };
    expect(createHash('sha256').update(codeVerifier).digest('base64url')).toBe(seen.challenge);
    expect(seen.grant).toEqual({ code: 'c1', redirectUri: REDIRECT_URI, codeVerifier });
  });

  it.each([
    { change: { state: 'another' }, says: 'not the one that this command started' },
    { change: { state: undefined }, says: 'not the one that this command started' },
    { change: { code: undefined, error: 'access_denied' }, says: 'not signed in: access_denied' },
  ])('does not exchange the code when the redirect has $change', async ({ change, says }) => {
    const { seen, signIn } = setup(change);

    await expect(signIn()).rejects.toThrow(says);
    expect(seen.grant).toBeUndefined();
  });
});

describe('waiting for the browser', () => {
  const PAGE = 'https://login.example/?state=s1';

  it('accepts only the redirect of its own sign-in, then closes the port', async () => {
    const port = await freePort();
    const base = `http://127.0.0.1:${port}`;
    const statuses: number[] = [];
    const visit = async (path: string, init?: RequestInit) => {
      statuses.push((await fetch(`${base}${path}`, init)).status);
    };
    const open = async () => {
      await visit('/favicon.ico');
      await visit('/callback?code=c1&state=s1', { method: 'POST' });
      await visit('/callback?code=c1&state=s1', { headers: { origin: 'https://evil.example' } });
      await visit('/callback?code=evil&state=s2');
      await visit('/callback?code=evil');
      await visit('/callback?code=c1&state=s1');
    };

    const landed = await visitPage({ port, open: () => void open() })(PAGE);

    expect(landed.search).toBe('?code=c1&state=s1');
    await expect.poll(() => statuses).toEqual([404, 404, 403, 400, 400, 200]);
    await expect(fetch(base)).rejects.toThrow();
  });

  it('ends after the timeout', async () => {
    const port = await freePort();
    const visit = visitPage({ port, open: () => {}, timeoutMs: 50 });

    await expect(visit(PAGE)).rejects.toThrow('the sign-in did not end');
    await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow();
  });
});

describe('passwords', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'passwords-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('have every kind of character that the pool requires, and differ', () => {
    const made = Array.from({ length: 200 }, newPassword);

    for (const password of made) {
      expect(password).toMatch(/^(?=.*[A-Z])(?=.*[a-z])(?=.*\d)(?=.*[-_.:+=])[\w.:+=-]{20}$/);
    }
    expect(new Set(made).size).toBe(made.length);
  });

  it('are stored by e-mail address in a file that only the owner can read', () => {
    const file = join(dir, 'users.json');
    writeFileSync(file, '{}', { mode: 0o644 });

    keepPassword('ada@example.org', 'one', file);
    keepPassword('bob@example.org', 'two', file);
    keepPassword('ada@example.org', 'three', file);

    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(passwordOf('ada@example.org', file)).toBe('three');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toHaveProperty(['bob@example.org'], 'two');
    expect(passwordOf('eve@example.org', file)).toBeUndefined();
  });

  it.each(INHERITED_NAMES)('are not read from the prototype of an object: %s', (name) => {
    const file = join(dir, 'users.json');

    expect(passwordOf(name, file)).toBeUndefined();
    keepPassword(name, 'one', file);
    expect(passwordOf(name, file)).toBe('one');
  });
});
