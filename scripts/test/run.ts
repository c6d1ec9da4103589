import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';

const { priority } = constants;

export interface RunResult {
  /** Exit code. -1 when the command could not be started or was killed. */
  code: number;
  /** Both output streams, in the order in which they arrived. */
  output: string;
  tookMs: number;
}

export interface RunOptions {
  /** Called with each piece of output. */
  onOutput?: (text: string) => void;
  env?: Readonly<Record<string, string>>;
  /** Whether other processes of this machine come first. */
  hasLowPriority?: boolean;
  /** Default: the folder of this process. */
  cwd?: string;
  /** Ends the command. */
  signal?: AbortSignal;
}

/** Runs a command without standard input. Never rejects: the result says what went wrong. */
export const run = (
  [program = '', ...args]: readonly string[],
  { onOutput, env = {}, hasLowPriority = false, cwd, signal }: RunOptions = {},
): Promise<RunResult> =>
  new Promise((resolve) => {
    const startedMs = Date.now();
    let output = '';
    const append = (chunk: string) => {
      output += chunk;
      onOutput?.(chunk);
    };
    const finish = (code: number) => resolve({ code, output, tookMs: Date.now() - startedMs });
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      ...(cwd === undefined ? {} : { cwd }),
      ...(signal === undefined ? {} : { signal }),
    });
    if (hasLowPriority && child.pid !== undefined)
      setPriority(child.pid, priority.PRIORITY_BELOW_NORMAL);
    child.stdout.setEncoding('utf8').on('data', append);
    child.stderr.setEncoding('utf8').on('data', append);
    child.on('error', (error) => {
      append(`${error.message}\n`);
      finish(-1);
    });
    child.on('close', (code) => finish(code ?? -1));
  });
