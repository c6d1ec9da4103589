// Distinguishes a process from a later one with the same id. Runs on Node 20 or newer, before anything is installed.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** The start time of a process, as the system writes it. Undefined when the process does not run. */
export const startOf = (pid) => {
  try {
    return existsSync('/proc/self/stat') ? startFromProc(pid) : startFromPs(pid);
  } catch {
    return undefined;
  }
};

const startFromProc = (pid) => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the process can contain parentheses. After it, the first field is the state and the 20th the start.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? undefined : fields[19];
};

const startFromPs = (pid) => {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  const options = { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'ignore'] };
  const line = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], options).trim();
  const [state = 'Z', ...started] = line.split(/\s+/);
  return state.startsWith('Z') ? undefined : started.join('-');
};
