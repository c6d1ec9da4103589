import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sealWith } from '#lib/identity/oauth/seal.ts';
import { SEAL_PURPOSES, type SealPurpose } from '#lib/identity/oauth/seal-purposes.ts';
import { MINUTE_MS } from '#lib/platform/clock.ts';
import { virtualClock } from '#test/support/clock.ts';

const [FIRST, SECOND, THIRD] = [1, 2, 3].map((n) => Buffer.alloc(32, n).toString('base64'));
const ISSUER = 'https://app.example';
const TOKEN = { client: 'digest', token: 'pool-token' };

const setup = (keys = `${FIRST},${SECOND}`, issuer = ISSUER, clock = virtualClock()) => ({
  clock,
  seal: sealWith({ keys, issuer, clock }),
});

describe('a sealed value', () => {
  it('can be opened for its purpose, and does not show its content', async () => {
    const { seal } = setup();

    const sealed = await seal.close('refresh', TOKEN);

    expect(await seal.open('refresh', sealed)).toEqual(TOKEN);
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('pool-token');
  });

  it('is another text each time', async () => {
    const { seal } = setup();

    expect(await seal.close('refresh', TOKEN)).not.toBe(await seal.close('refresh', TOKEN));
  });

  it.each(Object.keys(SEAL_PURPOSES) as SealPurpose[])(
    'cannot be opened for the purpose %s when it was sealed for another',
    async (purpose) => {
      const { seal } = setup();
      const other = purpose === 'refresh' ? 'code' : 'refresh';
      const content = { ...TOKEN, redirect_uri: 'https://app.example/cb', code: 'c' };

      const sealed =
        other === 'refresh'
          ? await seal.close('refresh', TOKEN)
          : await seal.close('code', {
              client: content.client,
              redirect_uri: content.redirect_uri,
              code: content.code,
            });

      expect(await seal.open(purpose, sealed)).toBeUndefined();
    },
  );

  it('of another stage cannot be opened, also with the same key', async () => {
    const sealed = await setup(FIRST, 'https://dev.example').seal.close('refresh', TOKEN);

    expect(await setup(FIRST).seal.open('refresh', sealed)).toBeUndefined();
  });

  it('expires', async () => {
    const { seal, clock } = setup();
    const sealed = await seal.close('code', { client: 'd', redirect_uri: 'r', code: 'c' });

    await clock.advance(5 * MINUTE_MS - 1_000);
    expect(await seal.open('code', sealed)).toBeDefined();
    await clock.advance(1_000);
    expect(await seal.open('code', sealed)).toBeUndefined();
  });

  it('can be opened while its key is the second one, and not after that', async () => {
    const sealed = await setup(FIRST).seal.close('refresh', TOKEN);

    expect(await setup(`${SECOND},${FIRST}`).seal.open('refresh', sealed)).toEqual(TOKEN);
    expect(await setup(`${THIRD},${SECOND}`).seal.open('refresh', sealed)).toBeUndefined();
  });

  it('is sealed with the first key', async () => {
    const sealed = await setup(`${FIRST},${SECOND}`).seal.close('refresh', TOKEN);

    expect(await setup(FIRST).seal.open('refresh', sealed)).toEqual(TOKEN);
    expect(await setup(SECOND).seal.open('refresh', sealed)).toBeUndefined();
  });

  it('cannot be opened after any change of its text', async () => {
    const { seal } = setup();
    const sealed = await seal.close('refresh', TOKEN);

    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: sealed.length - 1 }),
        fc.nat({ max: 3 }),
        fc.stringMatching(/^[\w.-]{0,3}$/),
        async (at, cut, text) => {
          const altered = sealed.slice(0, at) + text + sealed.slice(at + cut);
          const opened = await seal.open('refresh', altered);
          // The last sign of base64 can have bits that do not count. Then nothing was altered.
          if (opened !== undefined) expect(bytesOf(altered)).toEqual(bytesOf(sealed));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is never any text of a stranger', async () => {
    const { seal } = setup();

    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 200, unit: 'binary' }), async (text) => {
        expect(await seal.open('state', text)).toBeUndefined();
      }),
    );
    expect(await seal.open('state', 'a'.repeat(9_000))).toBeUndefined();
    expect(await seal.open('state', `${plainHeader}..aaaa.bbbb.cccc`)).toBeUndefined();
  });
});

describe('the keys', () => {
  it.each([
    ['nothing', ''],
    ['a short key', Buffer.alloc(31).toString('base64')],
    ['a long key', Buffer.alloc(33).toString('base64')],
    ['a second key that is malformed', `${FIRST},abc`],
    ['an end without a key', `${FIRST},`],
    ['three keys', `${FIRST},${SECOND},${THIRD}`],
    ['hexadecimal digits', 'ab'.repeat(32)],
    ['another alphabet', Buffer.alloc(32, 255).toString('base64url')],
  ])('are refused with a clear error that does not contain them: %s', (_, keys) => {
    const refused = () => setup(keys);

    expect(refused).toThrow(
      expect.objectContaining({ kind: 'unavailable', code: 'CONFIG_UNAVAILABLE' }),
    );
    expect(refused).toThrow(/^the parameter oauth-key is malformed: [a-z0-9 :]+$/);
  });

  it('can have blanks and a line break around them', () => {
    expect(() => setup(`${FIRST}, ${SECOND}\n`)).not.toThrow();
  });
});

const plainHeader = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');

/** What a sealed value says. The text of its header itself is authenticated. */
const bytesOf = (sealed: string): string[] => {
  const [header = '', ...parts] = sealed.split('.');
  return [header, ...parts.map((part) => Buffer.from(part, 'base64url').toString('hex'))];
};
