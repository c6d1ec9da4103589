import { env, stage, traceId } from './env.ts';
import { redact } from './redact.ts';

export const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof LEVELS)[number];

interface Write {
  /** The sentence is constant; the fields contain what varies. An error is the field `err`. */
  (fields: Readonly<Record<string, unknown>>, sentence: string): void;
  (sentence: string): void;
}

export interface Logger extends Readonly<Record<Level, Write>> {
  /** The same logger with these fields in each of its lines. */
  child: (fields: Readonly<Record<string, unknown>>) => Logger;
}

/** Writes one line. The fields are plain JSON without secrets. */
export type WriteLine = (
  level: Level,
  fields: Readonly<Record<string, unknown>>,
  sentence: string,
) => void;

/**
 * Names that every line sets, and names that would make the lines of the two writers different: inherited names, integers
 * (which come first in JSON), and `socket` (which pino treats as part of a request).
 */
const isReserved = (name: string): boolean =>
  /^(?:level|time|msg|socket|\d+)$/.test(name) || name in Object.prototype;

/**
 * Creates a logger from a writer. It selects the levels, adds the common fields and redacts secrets, so that all writers
 * write the same line.
 */
export const createLogger = (write: WriteLine): Logger => {
  const least = LEVELS.indexOf(env('LOG_LEVEL'));

  const withFields = (bound: Readonly<Record<string, unknown>>): Logger => {
    const at =
      (level: Level): Write =>
      (fields: unknown, sentence?: string) => {
        if (LEVELS.indexOf(level) < least) return;
        const common = { ...bound, ...traceOf() };
        if (typeof fields === 'string') write(level, common, String(redact(fields)));
        else write(level, { ...common, ...fieldsOf(fields) }, String(redact(sentence)));
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

/** In each line, because a logger lives longer than an invocation. Nothing without tracing. */
const traceOf = (): { trace_id?: string } => {
  const trace_id = traceId();
  return trace_id === undefined ? {} : { trace_id };
};

const fieldsOf = (fields: unknown): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(redact(fields) ?? {}).map(([name, value]) => [
      isReserved(name) ? `field_${name}` : name,
      value,
    ]),
  );
