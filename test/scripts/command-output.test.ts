import { describe, expect, it } from 'vitest';
import { problemsError } from '#scripts/command.ts';
import { statusText } from '#scripts/follow-message.ts';
import { scheduleCalled } from '#scripts/local/fire.ts';
import { tableText } from '#scripts/schedules.ts';
import { deliveredText } from '#scripts/send.ts';
import { localToken } from '#scripts/users/local-users.ts';
import { signInBy } from '#scripts/users/sign-in.ts';
import { aMessage } from '#test/support/builders.ts';
import { aSchedule } from '#test/support/schedules.ts';
import { unsafeIn } from '#test/support/unsafe-text.ts';

/** Clears the screen, contains a link, reverses the direction of text, and starts a new line. */
const EVIL = '\u001b[2J\u009d8;;https://evil.example\u0007\u202e\u200b\r\npush completed';

const messageOfRefusal = async (call: () => unknown): Promise<string> => {
  try {
    await call();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
};

describe('foreign text that a command prints', () => {
  it.each<[string, () => string | Promise<string>]>([
    [
      'the status of a message',
      () => statusText('message', aMessage({ error_code: EVIL, error_message: EVIL })),
    ],
    [
      'the receipt of a push',
      () => deliveredText(aMessage({ notification_id: EVIL, result: { cut: { [EVIL]: EVIL } } })),
    ],
    [
      'a schedule that does not exist, with the list of existing ones',
      () =>
        messageOfRefusal(() => scheduleCalled(`other${EVIL}`, [aSchedule({ name: `tea${EVIL}` })])),
    ],
    [
      'an unknown user',
      () =>
        messageOfRefusal(() =>
          localToken({} as Parameters<typeof localToken>[0], {
            endpoint: 'http://127.0.0.1:9',
            email: `ada${EVIL}@example.org`,
            file: '/nowhere',
          }),
        ),
    ],
    [
      'the reason of the user pool for a refused sign-in',
      () =>
        messageOfRefusal(() =>
          signInBy(
            async (pageUrl) => {
              const state = new URL(pageUrl).searchParams.get('state') ?? '';
              const params = new URLSearchParams({ state, error_description: EVIL });
              return new URL(`http://localhost/callback?${params}`);
            },
            {
              pageUrl: ({ state }) => `https://pool.example/login?state=${state}`,
              exchange: () => Promise.reject(new Error('no code')),
            },
          ),
        ),
    ],
  ])('is one line of visible characters: %s', async (_, print) => {
    const printed = await print();

    expect(printed).toContain('\\u001b[2J');
    expect(unsafeIn(printed)).toEqual([]);
  });

  it('has one line per problem, which starts with the path', () => {
    const { message } = problemsError(`refused${EVIL}`, [{ path: `a${EVIL}`, problem: EVIL }]);

    expect(message.split('\n')).toHaveLength(2);
    expect(message.split('\n')[1]).toMatch(/^ {2}a\\u001b/);
    expect(unsafeIn(message.replaceAll('\n', ''))).toEqual([]);
  });

  it('has one line per schedule', () => {
    const rows = [aSchedule({ name: `tea${EVIL}` }), aSchedule({ name: 'coffee' })];

    const lines = tableText(rows).split('\n');

    expect(lines.map((text) => text.split(/\s/)[0])).toEqual([
      'NAME',
      expect.stringContaining('tea\\u001b'),
      'coffee',
    ]);
    expect(unsafeIn(lines.join(''))).toEqual([]);
  });
});

describe('make send', () => {
  it('prints why a message waits', () => {
    const row = aMessage({
      status: 'queued',
      error_code: 'CIRCUIT_OPEN',
      error_message: 'ntfy is down',
    });

    expect(statusText('push   ', row)).toBe('push    queued (CIRCUIT_OPEN: ntfy is down)');
    expect(statusText('message', aMessage({ status: 'completed' }))).toBe('message completed');
  });

  it('prints that a push was shortened, with the original sizes', () => {
    const row = aMessage({ notification_id: 'push00000001' });

    expect(deliveredText(row)).toBe('on the phone as push00000001');
    expect(deliveredText({ ...row, result: { cut: { message: { bytes: 9_000 } } } })).toBe(
      'on the phone as push00000001, shortened; original sizes: {"message":{"bytes":9000}}',
    );
  });
});

it('prints a problem of the whole input without a path', () => {
  const problems = [
    { path: '', problem: 'is not valid JSON' },
    { path: 'payload.title', problem: 'is not a known property' },
  ];

  expect(problemsError('400 the body is not valid', problems).message).toBe(
    '400 the body is not valid\n  is not valid JSON\n  payload.title: is not a known property',
  );
});
