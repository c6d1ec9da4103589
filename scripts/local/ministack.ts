/** Starts the local AWS: MiniStack on 127.0.0.1, without the environment variables of the caller. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FRONT_HEADER } from './guard.ts';
import { stopLeftoverProcesses, writePidFile } from './leftovers.ts';
import { nodeFolder } from './paths.ts';
import { freePort } from './ports.ts';
import { descendants, identityOf, isRunning, signal } from './process-tree.ts';
import { ending, lastLines } from './run-to-log.ts';
import { takeLastSave } from './saves.ts';
import { VENV_DIR } from './setup.ts';
import { waitUntil } from './wait-until.ts';

export interface MinistackOptions {
  /** A folder only for its state, its log and its temporary files. */
  dir: string;
  /** Default: any free port. */
  port?: number;
}

export interface Ministack {
  endpoint: string;
  port: number;
  pid: number;
  /** Resolves when it has ended, with how it ended. */
  ended: Promise<string>;
  /** Ends it with SIGTERM, so that it saves its state, and ends the functions. @throws Error when it had to be killed */
  stop: () => Promise<void>;
  /** Ends it and the functions at once. The next start loads the last save, which is some seconds old. */
  kill: () => Promise<void>;
}

// A machine that does much else needs long for both.
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 60_000;
const PYTHON = join(VENV_DIR, 'bin', 'python');
/** Starts MiniStack with the changes that the platform needs. */
const PROGRAM = join(import.meta.dirname, 'ministack', 'start.py');

/**
 * Starts the local AWS with the state that was saved last in this folder, and waits until it responds. If one is still
 * running in the folder, it is ended first.
 * @throws Error with the end of the log when it does not start
 */
export const startMinistack = async (options: MinistackOptions): Promise<Ministack> => {
  const { dir } = options;
  await stopLeftoverProcesses(dir);
  takeLastSave(dir);
  const port = options.port ?? (await freePort());
  const endpoint = `http://127.0.0.1:${port}`;
  const logFile = join(dir, 'ministack.log');
  const { child, ended } = launch(dir, port, logFile);

  const state = await waitUntil(() => stateOf(child, endpoint), {
    timeoutMs: START_TIMEOUT_MS,
    what: 'a response of the local AWS',
  }).catch((error: Error) => error.message);
  const { pid } = child;
  if (state !== 'healthy' || pid === undefined) {
    child.kill('SIGKILL');
    const log = lastLines(readFileSync(logFile, 'utf8'));
    throw new Error(`the local AWS did not start: ${await ended}\n${log}`);
  }
  killAtExit(pid, ended);
  return { endpoint, port, pid, ended, ...endings(child, pid, ended) };
};

const launch = (dir: string, port: number, logFile: string) => {
  const temporary = join(dir, 'tmp');
  mkdirSync(temporary, { recursive: true });
  // MiniStack unpacks functions here with a CommonJS runner. Without this file, the package.json of the repository applies.
  writeFileSync(join(temporary, 'package.json'), '{ "type": "commonjs" }');
  const log = openSync(logFile, 'a');
  // In its own process group: Ctrl-C in a terminal reaches only the caller, which then stops it with SIGTERM.
  // -B: Python writes no cache files into the repository.
  const child = spawn(PYTHON, ['-B', PROGRAM], {
    cwd: dir,
    detached: true,
    stdio: ['ignore', log, log],
    env: environment(dir, temporary, port),
  });
  closeSync(log);
  const ended = ending(child);
  if (child.pid !== undefined) writePidFile(dir, { pid: child.pid, group: false, ended });
  return { child, ended };
};

/** MiniStack opens two more ports unless they are switched off. The last three variables are those that Lambda sets. */
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
      if (end !== 'code 0') throw new Error(`the local AWS did not stop cleanly: ${end}`);
    },
    kill: async () => {
      await endWith('SIGKILL');
    },
  };
};

/** Kills the local AWS and the functions when this process exits before it has stopped them. */
const killAtExit = (pid: number, ended: Promise<string>) => {
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
