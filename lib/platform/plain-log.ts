import { createLogger, type Logger } from './logger.ts';

/**
 * Writes the lines of `log.ts` without pino. For a function that starts before every other one and writes a line or two:
 * there, pino would be more than half of the bundle.
 */
export const plainLog: Logger = createLogger((level, fields, msg) => {
  const line = { level, time: new Date().toISOString(), ...fields, msg };
  process.stdout.write(`${JSON.stringify(line)}\n`);
});
