// Tells one process from another that was later given the same id. Runs on any Node from 20, before anything is installed.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** When the process started, as the system writes it; undefined when no such process runs. */
export const startOf = (pid) => {
  try {
    return existsSync('/proc/self/stat') ? startFromProc(pid) : startFromPs(pid);
  } catch {
    return undefined;
  }
};

const startFromProc = (pid) => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name before it can contain anything, a parenthesis as well. The third field is the state, the 22nd the start.
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
