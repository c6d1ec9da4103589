import { type Logger as PinoLogger, pino } from 'pino';
import { env, stage } from '#lib/env.ts';
import { errorFields, REDACTED, SECRET_FIELDS } from '#lib/log-fields.ts';

export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error'> & {
  /** Binds fields without depth: what stands inside an object is looked through per line only. */
  child: (fields: Record<string, string | number | boolean | undefined>) => Logger;
};

type Fields = Record<string, unknown>;

/** Secrets one level down; one at the top is censored by its serializer. A copy is made only where there is one. */
const withoutNestedSecrets = (fields: Fields): Fields => {
  let shown = fields;
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    // What an error shows is decided by its serializer.
    if (typeof value !== 'object' || value === null || name === 'err') continue;
    const secrets = SECRET_FIELDS.filter((secret) => Object.hasOwn(value, secret));
    if (secrets.length === 0) continue;
    const censored = Object.fromEntries(secrets.map((secret) => [secret, REDACTED]));
    shown = { ...shown, [name]: { ...value, ...censored } };
  }
  return shown;
};

/**
 * The root logger: one JSON line per event, a constant sentence plus fields. Secrets are redacted here, by path,
 * whoever logs them.
 */
export const log: Logger = pino(
  {
    level: env('LOG_LEVEL'),
    base: {
      stage,
      function: env('AWS_LAMBDA_FUNCTION_NAME'),
      version: env('VERSION'),
    },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }), log: withoutNestedSecrets },
    // pino's own redaction copies every object of every line: half of what a line cost.
    serializers: {
      err: (error) => errorFields(error),
      ...Object.fromEntries(SECRET_FIELDS.map((secret) => [secret, () => REDACTED])),
    },
  },
  { write: (line: string) => void process.stdout.write(line) },
);

/** A logger that says nothing: for what a function rehearses while it starts. */
export const silentLog: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLog,
};
