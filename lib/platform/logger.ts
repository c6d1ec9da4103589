import { env, stage } from './env.ts';
import { redact } from './redact.ts';

export const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof LEVELS)[number];

interface Write {
  /** A constant sentence, with fields that say what varies. An error is the field `err`. */
  (fields: Readonly<Record<string, unknown>>, sentence: string): void;
  (sentence: string): void;
}

export interface Logger extends Readonly<Record<Level, Write>> {
  /** The same logger with these fields in each of its lines. */
  child: (fields: Readonly<Record<string, unknown>>) => Logger;
}

/** Writes one line. The fields are plain JSON and hold no secret. */
export type WriteLine = (
  level: Level,
  fields: Readonly<Record<string, unknown>>,
  sentence: string,
) => void;

/**
 * Names that a line sets itself, and names that writers treat in their own way: every object has some by inheritance,
 * whole numbers come first in JSON, and pino takes `socket` for part of a request.
 */
const isReserved = (name: string): boolean =>
  /^(?:level|time|msg|socket|\d+)$/.test(name) || name in Object.prototype;

/**
 * A logger on top of a writer: which levels are written, what each line holds and what is redacted are decided here, so
 * that all writers write the same line.
 */
export const createLogger = (write: WriteLine): Logger => {
  const least = LEVELS.indexOf(env('LOG_LEVEL'));

  const withFields = (bound: Readonly<Record<string, unknown>>): Logger => {
    const at =
      (level: Level): Write =>
      (fields: unknown, sentence?: string) => {
        if (LEVELS.indexOf(level) < least) return;
        if (typeof fields === 'string') write(level, bound, String(redact(fields)));
        else write(level, { ...bound, ...fieldsOf(fields) }, String(redact(sentence)));
      };
    return {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      child: (fields) => withFields({ ...bound, ...fieldsOf(fields) }),
    };
  };

  return withFields({ stage, function: env('AWS_LAMBDA_FUNCTION_NAME'), version: env('VERSION') });
};

const fieldsOf = (fields: unknown): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(redact(fields) ?? {}).map(([name, value]) => [
      isReserved(name) ? `field_${name}` : name,
      value,
    ]),
  );
