import { pino } from 'pino';
import { env } from './env.ts';
import { createLogger, type Logger } from './logger.ts';

const root = pino(
  {
    level: env('LOG_LEVEL'),
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    // The fields are already redacted, including errors.
    serializers: { err: (fields: unknown) => fields },
  },
  { write: (line: string) => void process.stdout.write(line) },
);

/** The root logger: one JSON line per event, with a constant sentence and fields. It redacts secrets. */
export const log: Logger = createLogger((level, fields, sentence) => root[level](fields, sentence));
