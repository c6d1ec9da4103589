import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '#lib/platform/errors.ts';
import { createLogger, LEVELS, type Logger } from '#lib/platform/logger.ts';

/** Loads both loggers, which read the level when they load. */
const loggersAt = async (level: string) => {
  vi.stubEnv('LOG_LEVEL', level);
  vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'rez-agent-authorizer-dev');
  vi.resetModules();
  const { log } = await import('#lib/platform/log.ts');
  const { plainLog } = await import('#lib/platform/plain-log.ts');
  return { log, plainLog };
};

/** The bytes that a logger writes at a fixed time. */
const written = (logger: Logger, say: (log: Logger) => void): string[] => {
  const lines: string[] = [];
  vi.useFakeTimers({ now: Date.parse('2026-03-01T12:00:00.123Z') });
  const spy = vi
    .spyOn(process.stdout, 'write')
    .mockImplementation((chunk) => lines.push(String(chunk)) > 0);
  try {
    say(logger);
  } finally {
    spy.mockRestore();
    vi.useRealTimers();
  }
  return lines;
};

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

const failure = new AppError('unavailable', 'KEYS_UNAVAILABLE', 'down', {
  cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED', body: 'canary' }),
});

describe('a log line', () => {
  it('is one line of JSON with level, time, stage, function, version, fields and sentence', async () => {
    const { log } = await loggersAt('debug');

    const [line = ''] = written(log, (log) => log.child({ message_id: 'm' }).warn({ n: 1 }, 'odd'));

    expect(line).toBe(
      '{"level":"warn","time":"2026-03-01T12:00:00.123Z","stage":"dev",' +
        '"function":"rez-agent-authorizer-dev","version":"unknown","message_id":"m","n":1,"msg":"odd"}\n',
    );
  });

  it('has the id of the trace of its invocation, also of a logger that existed before', async () => {
    const { log } = await loggersAt('debug');
    const trace = '1-67891233-abcdef012345678912345678';
    const lines = written(log.child({ message_id: 'm' }), (child) => {
      child.info('untraced');
      vi.stubEnv('_X_AMZN_TRACE_ID', `Root=${trace};Parent=53995c3f42cd8ad8;Sampled=1`);
      child.info({ n: 1 }, 'traced');
      child.info('traced alone');
      vi.stubEnv('_X_AMZN_TRACE_ID', 'Root=forged"}');
      child.info('malformed');
    });

    expect(lines.map((line) => JSON.parse(line).trace_id)).toEqual([
      undefined,
      trace,
      trace,
      undefined,
    ]);
  });

  it.each<[string, (log: Logger) => void]>([
    ['fields and a sentence', (log) => log.warn({ n: 1, text: 'ü"\n\u0001\\' }, 'odd "\n')],
    ['a sentence alone', (log) => log.info('started %s %d %j %%')],
    ['bound fields', (log) => log.child({ correlation_id: 'c' }).error({ n: 1 }, 'odd')],
    ['fields bound twice', (log) => log.child({ a: 1 }).child({ a: 2, b: 3 }).debug({ c: 4 }, 'x')],
    ['a field that is bound, too', (log) => log.child({ a: 1 }).debug({ a: 2 }, 'x')],
    ['names that every line has', (log) => log.warn({ level: 9, time: 9, msg: 9, pid: 9 }, 'x')],
    [
      'names that every object has',
      (log) => log.warn({ toString: 1, constructor: 2, ['__proto__']: 3, 7: 4 }, 'x'),
    ],
    ['an error with its cause', (log) => log.error({ err: failure }, 'failed')],
    ['what is no error', (log) => log.error({ err: 'text' }, 'failed')],
    ['what looks like a request', (log) => log.warn({ method: 1, headers: {}, socket: {} }, 'x')],
    ['secrets', (log) => log.warn({ token: 'x', config: { Password: 'x' } }, 'Bearer x')],
    ['what is undefined', (log) => log.warn({ why: undefined }, 'odd')],
    ['hostile values', (log) => log.warn({ a: 1n, b: Buffer.from('x'), c: '\uD800' }, '\uD800')],
    [
      'numbers that JSON has not',
      (log) => log.warn({ n: Number.NaN, m: -0, list: [Infinity] }, 'x'),
    ],
  ])('of the small writer equals that of pino, byte for byte: %s', async (_, say) => {
    const { log, plainLog } = await loggersAt('debug');

    const lines = written(plainLog, say);

    expect(lines).toEqual(written(log, say));
    expect(lines).toHaveLength(1);
    expect(() => JSON.parse(lines[0] ?? '')).not.toThrow();
  });

  it('of the small writer equals that of pino for any fields', async () => {
    const { log, plainLog } = await loggersAt('debug');
    const fields = fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom('token', 'msg', 'err', 'toString', '__proto__')),
      fc.anything({ withBigInt: true, withMap: true, withNullPrototype: true, maxDepth: 1 }),
    );

    fc.assert(
      fc.property(fields, fields, fc.string({ unit: 'binary' }), (bound, own, sentence) => {
        const say = (log: Logger) => log.child(bound).info(own, sentence);

        expect(written(plainLog, say)).toEqual(written(log, say));
      }),
    );
  });

  it('contains a field once, with its last value', async () => {
    const { log } = await loggersAt('debug');

    const [line = ''] = written(log, (log) =>
      log.child({ a: 1 }).child({ a: 2 }).info({ a: 3 }, 'x'),
    );

    expect(line.match(/"a":\d/g)).toEqual(['"a":3']);
  });

  it('contains its own level, also with a field of that name', async () => {
    const { log } = await loggersAt('debug');

    const [line = ''] = written(log, (log) => log.error({ level: 'debug' }, 'x'));

    expect(JSON.parse(line)).toMatchObject({ level: 'error', field_level: 'debug', msg: 'x' });
  });

  it('contains no secret of bound fields, of fields or of the sentence (F66)', async () => {
    const { log, plainLog } = await loggersAt('debug');
    const say = (log: Logger) =>
      log
        .child({ Token: 'canary' })
        .child({ request: { headers: { Cookie: 'canary' } } })
        .info({ err: failure, url: 'https://x.example/?auth=canary' }, 'sent Bearer canary');

    for (const logger of [log, plainLog]) {
      expect(written(logger, say).join()).not.toContain('canary');
    }
  });
});

describe('a level', () => {
  it.each([
    { level: 'debug', lines: 4 },
    { level: 'info', lines: 3 },
    { level: 'warn', lines: 2 },
    { level: 'error', lines: 1 },
  ])('of $level writes $lines of the four', async ({ level, lines }) => {
    const { log, plainLog } = await loggersAt(level);
    const say = (log: Logger) => {
      for (const each of LEVELS) log[each]({}, 'said');
    };

    expect(written(log, say)).toHaveLength(lines);
    expect(written(plainLog, say)).toHaveLength(lines);
  });

  it('below the configured one does not read the fields', async () => {
    vi.stubEnv('LOG_LEVEL', 'error');
    const read = vi.fn();
    const fields = Object.defineProperty({}, 'n', { enumerable: true, get: read });

    createLogger(() => {}).info(fields, 'said');

    expect(read).not.toHaveBeenCalled();
  });
});
