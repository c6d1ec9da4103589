import { afterEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '#lib/platform/errors.ts';

/** Everything that one test logs, as the lines that reach the outside. */
const logged = async (say: (log: typeof import('#lib/platform/log.ts')['log']) => void) => {
  const lines: string[] = [];
  vi.stubEnv('LOG_LEVEL', 'debug');
  vi.resetModules();
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    lines.push(String(line));
    return true;
  });
  const { log } = await import('#lib/platform/log.ts');
  say(log);
  vi.restoreAllMocks();
  return lines;
};

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

describe('log', () => {
  it('writes one JSON line with a string level and the time as ISO 8601', async () => {
    const [line = ''] = await logged((log) => log.child({ message_id: 'm' }).warn({ n: 1 }, 'odd'));

    expect(line.endsWith('\n')).toBe(true);
    expect(JSON.parse(line)).toMatchObject({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      stage: 'dev',
      message_id: 'm',
      n: 1,
      msg: 'odd',
    });
  });

  it.each([
    { fields: { token: 'canary' } },
    { fields: { authorization: 'canary' } },
    { fields: { request: { authorization: 'canary' } } },
    { fields: { config: { password: 'canary' } } },
    { fields: { token: { inner: 'canary' } } },
    { fields: { a: { secret: 'canary' }, b: { n: 1, token: { inner: 'canary' } } } },
    { fields: { cause: Object.assign(new Error('x'), { token: 'canary' }) } },
    { fields: { err: Object.assign(new Error('x'), { body: 'canary', config: { a: 'canary' } }) } },
    {
      fields: {
        err: new AppError('invalid', 'INVALID_PAYLOAD', 'x', { cause: { secret: 'can' } }),
      },
    },
  ])('keeps secrets to itself: $fields (F66)', async ({ fields }) => {
    const lines = await logged((log) => log.error(fields, 'something'));

    expect(lines.join('')).not.toContain('canary');
  });

  it('keeps secrets that are bound to itself, and changes nothing that it is given (F66)', async () => {
    const fields = { config: { password: 'canary', n: 1 }, plain: 2 };

    const [line = ''] = await logged((log) =>
      log.child({ token: 'canary' }).child({ secret: 'canary' }).info(fields, 'something'),
    );

    expect(line).not.toContain('canary');
    expect(JSON.parse(line)).toMatchObject({ config: { n: 1 }, plain: 2 });
    expect(fields).toEqual({ config: { password: 'canary', n: 1 }, plain: 2 });
  });

  it('tells an error with its causes, and stops at a chain without end', async () => {
    const endless = new Error('endless');
    endless.cause = endless;

    const [line = ''] = await logged((log) =>
      log.error(
        { err: new AppError('unavailable', 'HTTP_5XX', 'down', { cause: endless }) },
        'failed',
      ),
    );

    expect(JSON.parse(line).err).toMatchObject({
      code: 'HTTP_5XX',
      kind: 'unavailable',
      cause: { message: 'endless', cause: { message: 'endless' } },
    });
  });
});
