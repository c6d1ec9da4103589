/** The local AWS as a process: MiniStack on 127.0.0.1, with nothing of the caller's environment. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FRONT_HEADER } from './guard.ts';
import { endLeftovers, noteProcess } from './leftovers.ts';
import { nodeFolder } from './places.ts';
import {
  descendants,
  ending,
  freePort,
  identityOf,
  isRunning,
  lastLines,
  signal,
  until,
} from './process.ts';
import { takeLastSave } from './saves.ts';
import { VENV_DIR } from './setup.ts';

export interface MinistackOptions {
  /** Its state, its log and its temporary files live here, and nothing else's. */
  dir: string;
  /** Default: any free one. */
  port?: number;
}

export interface Ministack {
  endpoint: string;
  port: number;
  pid: number;
  /** How it ended, once it has. */
  ended: Promise<string>;
  /** End it in order, so that it saves its state; ends the functions, too. @throws Error when it had to be killed. */
  stop: () => Promise<void>;
  /** End it and the functions at once: the next start has what it saved last, up to some seconds ago. */
  kill: () => Promise<void>;
}

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 20_000;
const PYTHON = join(VENV_DIR, 'bin', 'python');
/** Starts MiniStack with our changes to it. */
const PROGRAM = join(import.meta.dirname, 'ministack', 'start.py');

/**
 * Start with what the last one in this folder saved, and wait until it answers. One that still runs is ended first.
 * @throws Error with the end of its log when it does not.
 */
export const startMinistack = async (options: MinistackOptions): Promise<Ministack> => {
  const { dir } = options;
  await endLeftovers(dir);
  takeLastSave(dir);
  const port = options.port ?? (await freePort());
  const endpoint = `http://127.0.0.1:${port}`;
  const logFile = join(dir, 'ministack.log');
  const { child, ended } = launch(dir, port, logFile);

  const state = await until(() => stateOf(child, endpoint), {
    timeoutMs: START_TIMEOUT_MS,
    what: 'an answer of the local AWS',
  }).catch((error: Error) => error.message);
  const { pid } = child;
  if (state !== 'healthy' || pid === undefined) {
    child.kill('SIGKILL');
    const said = lastLines(readFileSync(logFile, 'utf8'));
    throw new Error(`the local AWS did not start: ${await ended}\n${said}`);
  }
  endWithUs(pid, ended);
  return { endpoint, port, pid, ended, ...endings(child, pid, ended) };
};

const launch = (dir: string, port: number, logFile: string) => {
  const temporary = join(dir, 'tmp');
  mkdirSync(temporary, { recursive: true });
  // MiniStack unpacks functions here with a CommonJS runner; without this the repository's own package.json decides.
  writeFileSync(join(temporary, 'package.json'), '{ "type": "commonjs" }');
  const log = openSync(logFile, 'a');
  // Its own process group: Ctrl-C in a terminal reaches the caller only, who ends it in order.
  // -B: Python writes no cache beside our files.
  const child = spawn(PYTHON, ['-B', PROGRAM], {
    cwd: dir,
    detached: true,
    stdio: ['ignore', log, log],
    env: environment(dir, temporary, port),
  });
  closeSync(log);
  if (child.pid !== undefined) noteProcess(dir, { pid: child.pid, group: false });
  return { child, ended: ending(child) };
};

/** Two more listeners open unless they are switched off; the last three are what Lambda's runtime sets. */
const environment = (dir: string, temporary: string, port: number) => ({
  PATH: `${nodeFolder()}:${join(VENV_DIR, 'bin')}:/usr/bin:/bin`,
  HOME: dir,
  TMPDIR: temporary,
  TZ: 'UTC',
  BIND_HOST: '127.0.0.1',
  GATEWAY_PORT: String(port),
  IOT_MTLS_ENABLED: '0',
  SFTP_ENABLED: '0',
  STATE_DIR: join(dir, 'state'),
  S3_DATA_DIR: join(dir, 's3'),
  PERSIST_STATE: '1',
  S3_PERSIST: '1',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x',
  _HANDLER: 'index.handler',
});

const endings = (child: ChildProcess, pid: number, ended: Promise<string>) => {
  const endWith = async (name: NodeJS.Signals) => {
    const functions = descendants(pid).map(identityOf);
    child.kill(name);
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    const end = await ended;
    clearTimeout(timer);
    for (const orphan of functions) if (isRunning(orphan)) signal(orphan.pid, 'SIGKILL');
    return end;
  };
  return {
    stop: async () => {
      const end = await endWith('SIGTERM');
      if (end !== 'code 0') throw new Error(`the local AWS did not stop in order: ${end}`);
    },
    kill: async () => {
      await endWith('SIGKILL');
    },
  };
};

/** A caller that crashes leaves nothing running. */
const endWithUs = (pid: number, ended: Promise<string>) => {
  const killAll = () => {
    for (const each of [...descendants(pid), pid]) signal(each, 'SIGKILL');
  };
  process.once('exit', killAll);
  void ended.then(() => process.removeListener('exit', killAll));
};

const stateOf = async ({ exitCode, signalCode }: ChildProcess, endpoint: string) => {
  if (exitCode !== null || signalCode !== null) return 'ended';
  const answer = await fetch(`${endpoint}/_ministack/health`, {
    headers: FRONT_HEADER,
    signal: AbortSignal.timeout(2_000),
  });
  return answer.ok && 'healthy';
};
