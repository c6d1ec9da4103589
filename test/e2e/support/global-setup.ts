import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import type { TestProject } from 'vitest/node';
import { buildAll } from '#scripts/build.ts';
import { nameOf } from '#scripts/local/clients.ts';
import { ALIAS, pushFunction } from '#scripts/local/code.ts';
import { startFront } from '#scripts/local/front.ts';
import { DIST_DIR, LOCAL_DIR, LOCKS_DIR } from '#scripts/local/paths.ts';
import { freePort } from '#scripts/local/ports.ts';
import { keepPrivate } from '#scripts/local/private.ts';
import { stepsOn } from '#scripts/local/progress.ts';
import { ensureVenv } from '#scripts/local/setup.ts';
import { type Stack, startStack } from '#scripts/local/stack.ts';
import { tryLock } from '#scripts/setup/lock.mjs';
import { removeRecord, STACK_DIR, writeRecord } from './record.ts';
import { startRecorder } from './recorder.ts';
import { freeServicePorts, localOriginsAt, type ServicePorts, servicesAt } from './services.ts';

/** The addresses of the platform that all tests share. */
export interface Address {
  /** The front's address: append `/api/health`. */
  apiUrl: string;
  endpoint: string;
  queueUrls: Readonly<Record<string, string>>;
  /**
   * The process that started the platform. It responds with the process id of the local AWS. A POST restarts the
   * local AWS, not before `until`.
   */
  controlUrl: string;
  /** The port at which the functions call ntfy. Only a test listens there. */
  ntfyPort: number;
  ntfyTopic: string;
  servicePorts: ServicePorts;
}

declare module 'vitest' {
  export interface ProvidedContext {
    platform: Address;
  }
}

const TOPIC = 'e2e';

/** Start one empty platform for all files. This takes seconds if there is a snapshot. */
export const setup = async (project: TestProject) => {
  const lock = tryLock(join(LOCKS_DIR, 'e2e'));
  if (lock === undefined) throw new Error('the end-to-end tests run already');
  keepPrivate(LOCAL_DIR);
  removeRecord();
  const step = stepsOn(process.stderr);
  const ntfyPort = await freePort();
  const origin = `http://127.0.0.1:${ntfyPort}`;
  const servicePorts = await freeServicePorts();
  const outside = servicesAt(servicePorts);
  const front = await startFront({ port: 0 });
  try {
    await ensureVenv(step);
    await step('building', () => buildAll());
    const stack = await startStack({
      dir: STACK_DIR,
      from: 'snapshot',
      ntfyUrl: `${origin}/${TOPIC}`,
      outside,
      localOrigins: [origin, ...localOriginsAt(servicePorts)],
      publicUrl: front.url,
      step,
    });
    const recorder = await recordCalls(stack);
    const control = await startControl(stack);
    front.open(stack.gateway);
    const { endpoint, queueUrls } = stack;
    project.provide('platform', {
      ...{ endpoint, queueUrls, ntfyPort },
      apiUrl: front.url,
      controlUrl: control.url,
      ntfyTopic: TOPIC,
      servicePorts,
    });
    return async () => {
      control.stop();
      await front.stop();
      await stack.stop();
      recorder.stop();
      writeRecord({
        ...(await incompletenessOf(project)),
        calls: recorder.calls(),
        unread: recorder.unread(),
      });
      lock.release();
    };
  } catch (error) {
    await front.stop();
    lock.release();
    throw error;
  }
};

/** From now on a recorder forwards every call of a function to AWS. */
const recordCalls = async ({ clients, endpoint, functionNames }: Stack) => {
  const recorder = await startRecorder(endpoint, functionNames);
  const redirect = async (name: string) => {
    const { Environment } = await clients.lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: nameOf(name), Qualifier: ALIAS }),
    );
    const address = recorder.addressOf(name);
    // The SDK sends to the address in a queue's URL, not to its endpoint.
    const queueUrls = ['QUEUES', 'DEAD_LETTER_QUEUES'].flatMap((variable) => {
      const urls = Environment?.Variables?.[variable];
      return urls === undefined ? [] : [[variable, urls.replace(/http:\/\/[^/,]+/g, address)]];
    });
    await pushFunction(clients.lambda, {
      name,
      zip: join(DIST_DIR, `${name}.zip`),
      environment: {
        AWS_ENDPOINT_URL: address,
        ...Object.fromEntries(queueUrls),
      },
    });
  };
  await Promise.all(functionNames.map(redirect));
  return recorder;
};

/** If tests were left out, nothing is known about calls that were never made. */
const incompletenessOf = async ({ vitest }: TestProject) => {
  const ran = new Set(vitest.state.getFilepaths());
  const all = await vitest.globTestSpecifications();
  const missing = all.filter(({ moduleId }) => !ran.has(moduleId)).length;
  if (missing > 0) return { incomplete: `${missing} of ${all.length} files did not run` };
  return vitest.config.testNamePattern ? { incomplete: 'tests were chosen by name' } : {};
};

/** The tests run in another process than the parent of the local AWS. */
const startControl = async (stack: Stack) => {
  const server = createServer((request, response) => {
    const untilMs = Number(new URL(request.url ?? '/', 'http://control').searchParams.get('until'));
    let downMs: number | undefined;
    const rest = async () => {
      downMs = Date.now();
      await setTimeout(Math.max(0, untilMs - downMs));
    };
    const work = request.method === 'POST' ? stack.restart(rest) : Promise.resolve();
    work.then(
      () => response.end(JSON.stringify({ pid: stack.pid(), downMs })),
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
