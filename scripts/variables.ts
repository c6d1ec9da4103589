import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** From a script over a shell to make, and one to spare. */
const MAX_ANCESTORS = 3;

/**
 * The variables that a command of make was given, such as `TEXT` and `TITLE`, as they were typed.
 * They are in the environment, but make removes blanks at the beginning of a value on its command line before anything
 * else sees it. On Linux they are read from that command line. Elsewhere, `TEXT=' …' make send` keeps them.
 */
export const variables = (): NodeJS.ProcessEnv => {
  const typed = argumentsOfMake().flatMap((argument) => {
    const [, name = '', blanks = '', rest = ''] = TYPED.exec(argument) ?? [];
    return name !== '' && (process.env[name] ?? '') === rest ? [[name, blanks + rest]] : [];
  });
  return { ...process.env, ...Object.fromEntries(typed) };
};

const TYPED = /^([A-Z_]+)=([ \t\n\v\f\r]+)([\s\S]*)$/;

/** Of the make that runs this, if one does and the system tells. */
const argumentsOfMake = (): string[] => {
  let pid = process.ppid;
  for (let level = 0; level < MAX_ANCESTORS && pid > 1; level += 1) {
    try {
      const [program = '', ...given] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      if (/^g?make$/.test(basename(program))) return given;
      pid = Number(/^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
    } catch {
      return [];
    }
  }
  return [];
};
