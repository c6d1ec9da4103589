import { env, stage } from './env.ts';
import type { Logger } from './log.ts';
import { errorFields, REDACTED, SECRET_FIELDS } from './log-fields.ts';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

const SECRET: ReadonlySet<string> = new Set(SECRET_FIELDS);

/**
 * The lines of `lib/platform/log.ts`, written without pino: for a function that starts in front of every other one and has one or
 * two lines to say. pino would be more than half of its bundle.
 */
const loggerWith = (bound: Readonly<Record<string, unknown>>): Logger => {
  const least = LEVELS.indexOf(env('LOG_LEVEL'));

  const say =
    (level: (typeof LEVELS)[number]) =>
    (fields: unknown, msg?: unknown): void => {
      if (LEVELS.indexOf(level) < least) return;
      const own = typeof fields === 'string' ? { msg: fields } : { ...(fields ?? {}), msg };
      const line = { level, time: new Date().toISOString(), ...bound, ...own };
      process.stdout.write(`${JSON.stringify(line, shown)}\n`);
    };

  return {
    debug: say('debug'),
    info: say('info'),
    warn: say('warn'),
    error: say('error'),
    child: (fields) => loggerWith({ ...bound, ...fields }),
  };
};

const shown = (name: string, value: unknown): unknown => {
  if (SECRET.has(name)) return REDACTED;
  return name === 'err' ? errorFields(value) : value;
};

export const plainLog: Logger = loggerWith({
  stage,
  function: env('AWS_LAMBDA_FUNCTION_NAME'),
  version: env('VERSION'),
});
