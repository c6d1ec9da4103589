import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { buildBridge } from '#scripts/build/bridge.ts';
import { ROOT } from '#scripts/local/paths.ts';

export const NODE = join(ROOT, 'node_modules', '.bin', 'node');

export interface RunningBridge {
  pid: number;
  /** The complete standard output and standard error so far. */
  output: { stdout: string; stderr: string };
  send: (...messages: readonly unknown[]) => void;
  /** Bytes as they are. */
  sendRaw: (bytes: string | Uint8Array) => void;
  /** The messages on the standard output, once there are that many. */
  answers: (count: number) => Promise<Record<string, unknown>[]>;
  /** Ends the standard input. @returns the exit code */
  end: () => Promise<number | null>;
  exited: Promise<number | null>;
  /** The client stops reading. */
  stopReading: () => void;
}

/** Starts the bundled bridge as a client does. Its browser opens the page and follows the redirects. */
export const bridgeRunner = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rez-agent-bridge-'));
  const bundle = await buildBridge(folder);
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const name of ['xdg-open', 'open']) {
    const script = `#!/bin/sh\nexec '${NODE}' -e 'fetch(process.argv[1])' "$1"\n`;
    writeFileSync(join(bin, name), script);
    chmodSync(join(bin, name), 0o755);
  }
  const children: ChildProcess[] = [];

  const start = (address: string, config = mkdtempSync(join(folder, 'config-'))): RunningBridge => {
    const child = spawn(NODE, [bundle, address], {
      env: { ...process.env, XDG_CONFIG_HOME: config, PATH: `${bin}:${process.env.PATH}` },
    });
    children.push(child);
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      output.stderr += text;
    });
    const exited = new Promise<number | null>((resolve) => child.on('close', resolve));
    return {
      ...{ pid: child.pid ?? 0, output, exited },
      stopReading: () => void child.stdout.destroy(),
      send: (...messages) => {
        for (const each of messages) child.stdin.write(`${JSON.stringify(each)}\n`);
      },
      sendRaw: (bytes) => void child.stdin.write(bytes),
      answers: async (count) => {
        await expect.poll(() => output.stdout.split('\n').length - 1).toBeGreaterThanOrEqual(count);
        return output.stdout
          .trimEnd()
          .split('\n')
          .map((text) => JSON.parse(text));
      },
      end: () => {
        child.stdin.end();
        return exited;
      },
    };
  };

  return {
    bundle,
    bin,
    newConfig: () => mkdtempSync(join(folder, 'config-')),
    start,
    stop: () => {
      for (const child of children) child.kill();
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};
