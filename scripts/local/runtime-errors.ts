import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const EVERY_MS = 500;
/** `2026-01-01 12:00:00 ERROR [lambda] Warm worker execution error for rez-agent-x-dev: …` */
const FAILURE = / ERROR \[lambda\] (.+)$/;

/**
 * Follows the errors that the local AWS logs about functions that could not run. A function that stops while it loads,
 * for example because a variable is missing, has no log of its own.
 */
export const followRuntimeErrors = (logFile: string, onError: (sentence: string) => void) => {
  const file = openSync(logFile, 'r');
  let position = fstatSync(file).size;
  let rest = '';
  const read = () => {
    const fresh = Buffer.alloc(Math.max(0, fstatSync(file).size - position));
    position += readSync(file, fresh, 0, fresh.length, position);
    const lines = (rest + fresh.toString('utf8')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const sentence = FAILURE.exec(line)?.[1];
      if (sentence !== undefined) onError(sentence);
    }
  };
  const timer = setInterval(read, EVERY_MS);
  return {
    stop: async () => {
      clearInterval(timer);
      closeSync(file);
    },
  };
};
