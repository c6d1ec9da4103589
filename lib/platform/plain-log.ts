import { createLogger, type Logger } from './logger.ts';

/**
 * Writes the same lines as `log.ts` without pino. The authorizer uses it, because pino would be more than half of its
 * bundle.
 */
export const plainLog: Logger = createLogger((level, fields, msg) => {
  const line = { level, time: new Date().toISOString(), ...fields, msg };
  process.stdout.write(`${JSON.stringify(line)}\n`);
});
