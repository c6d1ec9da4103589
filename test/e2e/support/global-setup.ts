import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildAll } from '#scripts/build.ts';
import { tryLock, unlock } from '#scripts/local/lock.ts';
import { LOCAL_DIR } from '#scripts/local/places.ts';
import { freePort } from '#scripts/local/process.ts';
import { stepsOn } from '#scripts/local/progress.ts';
import { ensureVenv } from '#scripts/local/setup.ts';
import { type Stack, startStack } from '#scripts/local/stack.ts';

/** What tests are told of the platform that runs for all of them. */
export interface Address {
  apiUrl: string;
  endpoint: string;
  queueUrls: Readonly<Record<string, string>>;
  /** The process that started it: answers with the process id of the local AWS, and restarts it. */
  controlUrl: string;
  /** Where the functions look for ntfy. Nobody listens there until a test does. */
  ntfyPort: number;
  ntfyTopic: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    platform: Address;
  }
}

const LOCK = join(LOCAL_DIR, 'e2e.lock');
const TOPIC = 'e2e';

/** Start one empty platform for all files. Its start takes seconds once a snapshot is there. */
export const setup = async ({ provide }: TestProject) => {
  if (!tryLock(LOCK)) throw new Error('the end-to-end tests run already');
  const step = stepsOn(process.stderr);
  const ntfyPort = await freePort();
  const origin = `http://127.0.0.1:${ntfyPort}`;
  try {
    await ensureVenv(step);
    await step('building', () => buildAll());
    const stack = await startStack({
      dir: join(LOCAL_DIR, 'e2e'),
      from: 'snapshot',
      ntfyUrl: `${origin}/${TOPIC}`,
      localOrigins: [origin],
      step,
    });
    const control = await startControl(stack);
    const { apiUrl, endpoint, queueUrls } = stack;
    provide('platform', {
      ...{ apiUrl, endpoint, queueUrls, ntfyPort },
      controlUrl: control.url,
      ntfyTopic: TOPIC,
    });
    return async () => {
      control.stop();
      await stack.stop();
      unlock(LOCK);
    };
  } catch (error) {
    unlock(LOCK);
    throw error;
  }
};

/** Tests run in another process than the one whose child the local AWS is. */
const startControl = async (stack: Stack) => {
  const server = createServer((request, response) => {
    const work = request.method === 'POST' ? stack.restart() : Promise.resolve();
    work.then(
      () => response.end(JSON.stringify({ pid: stack.pid() })),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
