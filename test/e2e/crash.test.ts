import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { localClients } from '#scripts/local/clients.ts';
import { gatewayOf } from '#scripts/local/contents.ts';
import { FRONT_HEADER } from '#scripts/local/guard.ts';
import { LOCAL_DIR, ROOT } from '#scripts/local/paths.ts';
import { freePort } from '#scripts/local/ports.ts';
import { descendants, signal } from '#scripts/local/process-tree.ts';
import { ending } from '#scripts/local/run-to-log.ts';
import type { RunningPlatform } from '#scripts/local/running-platform.ts';
import { waitUntil } from '#scripts/local/wait-until.ts';
import { startOf } from '#scripts/setup/processes.mjs';
import { localToken } from '#scripts/users/local-users.ts';

const START_TIMEOUT_MS = 120_000;

/**
 * A separate checkout, so that its `make dev` and that of this checkout do not affect each other. They share
 * installed packages.
 */
const checkout = (): string => {
  const copy = realpathSync(mkdtempSync(join(tmpdir(), 'rez-agent-crash-')));
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  for (const file of files.trim().split('\n')) {
    if (!file.startsWith('test/') && existsSync(join(ROOT, file))) {
      cpSync(join(ROOT, file), join(copy, file));
    }
  }
  mkdirSync(join(copy, '.local'));
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  for (const part of ['venv', 'snapshots']) {
    symlinkSync(join(LOCAL_DIR, part), join(copy, '.local', part));
  }
  return copy;
};

describe('make dev that was killed', () => {
  let copy: string;
  let port: number;
  let dev: ChildProcess | undefined;
  /** Process id of the local AWS. */
  let aws: number | undefined;

  beforeAll(async () => {
    copy = checkout();
    port = await freePort();
  });

  afterEach(() => killEverything());

  afterAll(() => rmSync(copy, { recursive: true }));

  const running = () =>
    JSON.parse(readFileSync(join(copy, '.local/dev.json'), 'utf8')) as RunningPlatform;

  /** Start `make dev` and wait until it says that it runs. */
  const start = async () => {
    const { HOME, PATH, TMPDIR } = process.env;
    const env = { HOME, PATH, TMPDIR, PORT: String(port) };
    const started = spawn('make', ['dev'], { cwd: copy, detached: true, env });
    dev = started;
    let said = '';
    for (const stream of [started.stdout, started.stderr]) {
      stream?.on('data', (data: Buffer) => {
        said += data.toString();
      });
    }
    await waitUntil(
      () => {
        if (started.exitCode !== null) throw new Error(said);
        return said.includes('rez-agent runs');
      },
      { timeoutMs: START_TIMEOUT_MS, what: 'the start of make dev' },
    );
    aws = Number(readdirSync(join(copy, '.local/dev/processes')).at(-1));
  };

  /** Send SIGKILL to make, to the shell, to Node and to all their children, except the local AWS. */
  const killDev = async () => {
    if (dev?.pid === undefined) return;
    const ended = ending(dev);
    signal(-dev.pid, 'SIGKILL');
    await ended;
    dev = undefined;
  };

  const killEverything = async () => {
    const pid = aws;
    if (pid !== undefined) {
      const functions = descendants(pid);
      signal(pid, 'SIGKILL');
      for (const each of functions) signal(each, 'SIGKILL');
    }
    await killDev();
    if (pid === undefined) return;
    await waitUntil(() => startOf(pid) === undefined, { timeoutMs: 10_000, what: 'the end' });
    aws = undefined;
  };

  /** The API at the local AWS itself, which also responds when no process of `make dev` is left. */
  const api = async (path: string, json?: unknown) => {
    const { endpoint } = running();
    const file = join(copy, '.local/users.json');
    const token = await localToken(localClients(endpoint), { endpoint, file });
    const { url } = await gatewayOf(endpoint);
    const answer = await fetch(`${url}${path}`, {
      headers: {
        ...FRONT_HEADER,
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
      },
      ...(json === undefined ? {} : { method: 'POST', body: JSON.stringify(json) }),
    });
    return { status: answer.status, body: (await answer.json()) as { id: string } };
  };

  const post = async (message: string) => {
    const { status, body } = await api('/api/messages', {
      message_type: 'manual',
      payload: { message },
    });
    expect(status).toBe(201);
    return body.id;
  };

  const statusOf = async (id: string) => (await api(`/api/messages/${id}`)).status;

  const lastSave = () =>
    Math.max(0, ...readdirSync(join(copy, '.local/dev/saves')).map((name) => Number(name) || 0));

  it('restarts with everything that the local AWS accepted after the kill', {
    timeout: 400_000,
  }, async () => {
    await start();
    const orphan = aws ?? 0;
    const before = await post('before the kill');
    await killDev();
    const after = await post('after the kill');

    await start();

    expect(startOf(orphan)).toBeUndefined();
    expect([await statusOf(before), await statusOf(after)]).toEqual([200, 200]);
    expect(await statusOf(await post('after the restart'))).toBe(200);
  });

  it('restarts with the state of a few seconds before when the local AWS was killed, too', {
    timeout: 400_000,
  }, async () => {
    await start();
    const kept = await post('saved');
    const savesBefore = existsSync(join(copy, '.local/dev/saves')) ? lastSave() : 0;
    // The save after the next one began after the POST.
    await waitUntil(
      () => existsSync(join(copy, '.local/dev/saves')) && lastSave() >= savesBefore + 2,
      {
        timeoutMs: 30_000,
        what: 'two saves',
      },
    );
    await killEverything();

    await start();

    expect(await statusOf(kept)).toBe(200);
    expect(await statusOf(await post('after the restart'))).toBe(200);
  });
});
