import { type Logger as PinoLogger, pino } from 'pino';
import { env, stage } from './env.ts';
import { errorFields, REDACTED, SECRET_FIELDS } from './log-fields.ts';

export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error'> & {
  child: (fields: Record<string, unknown>) => Logger;
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
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`]),
      censor: REDACTED,
    },
    serializers: { err: (error) => errorFields(error) },
  },
  { write: (line: string) => void process.stdout.write(line) },
);
