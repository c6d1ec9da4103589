import { type Logger as PinoLogger, pino } from 'pino';
import { env, stage } from '#lib/env.ts';

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
      paths: [
        'token',
        'authorization',
        'password',
        'secret',
        '*.token',
        '*.authorization',
        '*.password',
        '*.secret',
      ],
      censor: '[redacted]',
    },
    serializers: { err: (error) => errorFields(error) },
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

/** What a log line says about an error: never a body, never a property that somebody hung on it. */
function errorFields(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, kind } = error as { code?: unknown; kind?: unknown };
  return {
    name: error.name,
    message: error.message,
    ...(code === undefined ? {} : { code }),
    ...(kind === undefined ? {} : { kind }),
    ...(depth === 0 ? { stack: error.stack } : {}),
    ...(error.cause === undefined || depth > 3
      ? {}
      : { cause: errorFields(error.cause, depth + 1) }),
  };
}
