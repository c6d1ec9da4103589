import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';

const { priority } = constants;

export interface Ran {
  /** Exit code; -1 when it could not be started or was killed. */
  code: number;
  /** What it printed, both streams in the order they came. */
  output: string;
  tookMs: number;
}

export interface RunOptions {
  /** Called with what it prints while it runs. */
  onOutput?: (text: string) => void;
  env?: Readonly<Record<string, string>>;
  /** Whether others on this machine come first. */
  givesWay?: boolean;
  /** Default: where this process runs. */
  cwd?: string;
  /** Ends the command. */
  signal?: AbortSignal;
}

/** Run a command without standard input. Never rejects: what goes wrong is in the answer. */
export const run = (
  [program = '', ...args]: readonly string[],
  { onOutput, env = {}, givesWay = false, cwd, signal }: RunOptions = {},
): Promise<Ran> =>
  new Promise((resolve) => {
    const startedMs = Date.now();
    let output = '';
    const take = (chunk: string) => {
      output += chunk;
      onOutput?.(chunk);
    };
    const end = (code: number) => resolve({ code, output, tookMs: Date.now() - startedMs });
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      ...(cwd === undefined ? {} : { cwd }),
      ...(signal === undefined ? {} : { signal }),
    });
    if (givesWay && child.pid !== undefined) setPriority(child.pid, priority.PRIORITY_LOW);
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.on('error', (error) => {
      take(`${error.message}\n`);
      end(-1);
    });
    child.on('close', (code) => end(code ?? -1));
  });
