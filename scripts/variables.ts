import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** Make is the parent of a shell, which is the parent of the script. One more is allowed. */
const MAX_ANCESTORS = 3;

/**
 * The variables of a make command, such as `TEXT` and `TITLE`, exactly as they were typed. They are in the environment,
 * but make removes white space at the start of a value on its command line. On Linux, this function reads the value from
 * the command line of make. On other systems, `TEXT=' …' make send` keeps the white space.
 */
export const variables = (): NodeJS.ProcessEnv => {
  const typed = argumentsOfMake().flatMap((argument) => {
    const [, name = '', blanks = '', rest = ''] = TYPED.exec(argument) ?? [];
    return name !== '' && (process.env[name] ?? '') === rest ? [[name, blanks + rest]] : [];
  });
  return { ...process.env, ...Object.fromEntries(typed) };
};

const TYPED = /^([A-Z_]+)=([ \t\n\v\f\r]+)([\s\S]*)$/;

/** The arguments of the make process that runs this script. Empty if there is none, or if the system does not show them. */
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
