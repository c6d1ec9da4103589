import { spawn } from 'node:child_process';

export interface BoundedRun {
  /** Exit code; -1 when it was killed. */
  code: number;
  output: string;
  /** Whether the signal ended it. */
  isAborted: boolean;
}

/** Run a command. The signal, or the end of this process, kills it with all processes that it started. */
export const runBounded = (
  [program = '', ...args]: readonly string[],
  { cwd, signal }: { cwd: string; signal: AbortSignal },
): Promise<BoundedRun> =>
  new Promise((resolve) => {
    let output = '';
    const child = spawn(program, args, { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const kill = () => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    };
    signal.addEventListener('abort', kill, { once: true });
    // Before the scratch copy is removed.
    process.prependOnceListener('exit', kill);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    const end = (code: number) => {
      signal.removeEventListener('abort', kill);
      process.off('exit', kill);
      resolve({ code, output, isAborted: signal.aborted });
    };
    child.on('error', () => end(-1));
    child.on('close', (code) => end(code ?? -1));
  });
