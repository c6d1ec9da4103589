import { afterEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/log.ts';

/** What both loggers write for the same words. */
const written = async (say: (log: Logger) => void, level = 'debug') => {
  vi.stubEnv('LOG_LEVEL', level);
  vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'rez-agent-authorizer-dev');
  vi.resetModules();
  const { log } = await import('#lib/platform/log.ts');
  const { plainLog } = await import('#lib/platform/plain-log.ts');
  const linesOf = (logger: Logger) => {
    const lines: Record<string, unknown>[] = [];
    const spy = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      lines.push({ ...(JSON.parse(String(chunk)) as object), time: 'then' });
      return true;
    });
    say(logger);
    spy.mockRestore();
    return lines;
  };
  return { plain: linesOf(plainLog), pino: linesOf(log) };
};

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

const failure = new AppError('unavailable', 'KEYS_UNAVAILABLE', 'down', {
  cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED', body: 'canary' }),
});

describe('plainLog', () => {
  it.each<[string, (log: Logger) => void]>([
    ['fields and a sentence', (log) => log.warn({ n: 1, text: 'ü"\n' }, 'odd')],
    ['a sentence alone', (log) => log.info('started')],
    ['bound fields', (log) => log.child({ correlation_id: 'c' }).error({ n: 1 }, 'odd')],
    ['bound twice', (log) => log.child({ a: 1 }).child({ b: 2 }).debug({ c: 3 }, 'odd')],
    ['an error with its cause', (log) => log.error({ err: failure }, 'failed')],
    ['what is no error', (log) => log.error({ err: 'text' }, 'failed')],
    ['secrets', (log) => log.warn({ token: 'x', config: { password: 'x' } }, 'odd')],
    ['what is undefined', (log) => log.warn({ why: undefined }, 'odd')],
  ])('writes %s as the other logger does', async (_, say) => {
    const { plain, pino } = await written(say);

    expect(plain).toHaveLength(1);
    expect(plain).toEqual(pino);
  });

  it('keeps secrets to itself at any depth (F66)', async () => {
    const { plain } = await written((log) =>
      log.warn({ a: { b: { authorization: 'canary', secret: 'canary' } }, err: failure }, 'odd'),
    );

    expect(JSON.stringify(plain)).not.toContain('canary');
  });

  it.each([
    { level: 'debug', lines: 4 },
    { level: 'warn', lines: 2 },
    { level: 'error', lines: 1 },
  ])('writes $lines of the four levels at $level', async ({ level, lines }) => {
    const { plain, pino } = await written((log) => {
      for (const each of ['debug', 'info', 'warn', 'error'] as const) log[each]({}, 'said');
    }, level);

    expect([plain.length, pino.length]).toEqual([lines, lines]);
  });
});
