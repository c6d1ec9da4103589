/**
 * Loads the running `make dev`, and checks that nothing is lost: `make load [RATE=20] [SECONDS=120]`. Exit code 1 when an
 * accepted message has no push, or more than one, or when no message was accepted.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { callApi } from './call-api.ts';
import { command, messageOf } from './command.ts';
import { type Delivery, deliveryOf, type LoadedMessage } from './load/delivery.ts';
import { openLoop } from './load/open-loop.ts';
import { figureLines, throughputLine } from './load/report.ts';
import { localClients } from './local/clients.ts';
import { parameterName } from './local/contents.ts';
import { fireBody, scheduleCalled, schedulesOf, sendFire } from './local/fire.ts';
import { type RunningPlatform, runningPlatform } from './local/running-platform.ts';
import { line } from './printable.ts';
import { readNumber } from './soak/read-number.ts';
import { type TargetPlatform, targetPlatform } from './target-platform.ts';

const MAX_RATE = 50;
const MAX_SECONDS = 600;
/** The time after the last request in which every push must arrive. The sweeper retries lost wake-ups each minute. */
const SETTLE_MS = 300_000;
const POLL_MS = 2_000;
/** A second push of a message would arrive in this time after the first one. */
const DOUBLES_MS = 10_000;
const BASELINE_REQUESTS = 50;
const WARM_UP_MS = 15_000;
/**
 * Requests at the same time, for each kind of request. The local AWS starts a process for each one more, and with too many
 * processes two cores do nothing but start them. AWS has a limit, too: the concurrent executions of the account.
 */
const AT_ONCE = 5;
const PAGE = 100;

const Loaded = z.object({
  id: z.string(),
  created_date: z.string(),
  status: z.string(),
  parent_id: z.optional(z.string()),
  processing_completed_at: z.optional(z.string()),
});
const Page = z.object({
  data: z.array(Loaded),
  pagination: z.object({ cursor: z.nullable(z.string()) }),
});

const main = async () => {
  const rate = readNumber('RATE', 20);
  const seconds = readNumber('SECONDS', 120);
  if (rate > MAX_RATE || seconds > MAX_SECONDS) {
    throw new Error(`RATE must be at most ${MAX_RATE}, and SECONDS at most ${MAX_SECONDS}`);
  }
  // Only the platform on this machine: a load on a stage costs money and fills its tables.
  const running = runningPlatform();
  if (running.phoneUrl === undefined) {
    throw new Error('make dev sends pushes to a real server: start it without NTFY_URL first');
  }
  const platform = await targetPlatform(undefined);
  const baseline = await baselineOf(platform);
  console.log(line`${rate} messages a second for ${seconds} seconds …`);

  const since = new Date().toISOString();
  const accepted = new Map<string, LoadedMessage>();
  const run = `load-${Date.now()}`;
  const post = async (n: number) => {
    const body = {
      message_type: 'manual',
      correlation_id: run,
      payload: { message: `${run} ${n}`, priority: 'min' },
    };
    const message = await callApi({ ...platform, path: '/api/messages', body }, Loaded);
    accepted.set(message.id, message);
  };
  await warmUp(post);
  const common = { now: () => performance.now(), sleep, atOnce: AT_ONCE };
  const [posts, lists, fires] = await Promise.all([
    openLoop({ ...common, rate, seconds, request: post }),
    openLoop({
      ...{ ...common, rate: 1, seconds },
      request: async () =>
        void (await callApi({ ...platform, path: '/api/messages?limit=20' }, Page)),
    }),
    openLoop({ ...common, rate: 1 / 60, seconds, request: () => fireOnce(running) }),
  ]);
  const delivery = await settled(() => deliveryNow({ platform, running, accepted, since }));

  const figures = {
    'post a message': posts.latenciesMs,
    'list 20 messages': lists.latenciesMs,
    'message to push': delivery.latenciesMs,
  };
  for (const text of figureLines({ baseline, figures })) console.log(text);
  const acceptedMs = [...accepted.values()].map(({ created_date }) => Date.parse(created_date));
  console.log(throughputLine(acceptedMs, delivery.endsMs));
  const refused = [...posts.errors, ...lists.errors, ...fires.errors];
  console.log(
    line`accepted ${accepted.size}, lost ${delivery.lost.length}, twice ${delivery.doubled.length}, failed requests ${refused.length}`,
  );
  for (const error of refused.slice(0, 5)) console.log(line`  ${messageOf(error)}`);
  for (const id of [...delivery.lost, ...delivery.doubled].slice(0, 5)) console.log(line`  ${id}`);
  const isWhole = accepted.size > 0 && delivery.lost.length + delivery.doubled.length === 0;
  if (!isWhole) process.exitCode = 1;
};

/**
 * Starts as many functions as the load needs. Without it, each request of the first second would start one more, and a
 * laptop without a free core would measure only that. Their messages must arrive like all others.
 */
const warmUp = async (post: (n: number) => Promise<void>): Promise<void> => {
  const endMs = performance.now() + WARM_UP_MS;
  const caller = async () => {
    while (performance.now() < endMs) await post(-1).catch(() => {});
  };
  await Promise.all(Array.from({ length: AT_ONCE }, caller));
};

/** The latencies of requests to a function that does nearly nothing, one after the other. */
const baselineOf = async (platform: TargetPlatform): Promise<number[]> => {
  const latenciesMs: number[] = [];
  for (let n = 0; n < BASELINE_REQUESTS; n += 1) {
    const startMs = performance.now();
    await callApi({ ...platform, path: '/api/health' }, z.looseObject({}));
    latenciesMs.push(performance.now() - startMs);
  }
  return latenciesMs;
};

const fireOnce = async ({ endpoint, queueUrls }: RunningPlatform) => {
  const { dynamodb, sqs } = localClients(endpoint);
  const schedule = scheduleCalled('daily-hello', await schedulesOf(dynamodb));
  await sendFire(sqs, queueUrls.fires ?? '', fireBody(schedule, Date.now()));
};

interface Loaded {
  platform: TargetPlatform;
  running: RunningPlatform;
  accepted: ReadonlyMap<string, LoadedMessage>;
  since: string;
}

const deliveryNow = async ({ platform, running, accepted, since }: Loaded): Promise<Delivery> => {
  const pushes: LoadedMessage[] = [];
  for (let cursor = ''; ; ) {
    const query = new URLSearchParams({ message_type: 'notify', created_after: since });
    query.set('limit', String(PAGE));
    if (cursor !== '') query.set('cursor', cursor);
    const page = await callApi({ ...platform, path: `/api/messages?${query}` }, Page);
    pushes.push(...page.data);
    if (page.pagination.cursor === null) break;
    cursor = page.pagination.cursor;
  }
  return deliveryOf(accepted, pushes, await shownPushes(running));
};

const shownPushes = async ({ endpoint }: RunningPlatform): Promise<string[]> => {
  const Name = parameterName('ntfy-url');
  const { Parameter } = await localClients(endpoint).ssm.send(
    new GetParameterCommand({ Name, WithDecryption: true }),
  );
  const response = await fetch(`${Parameter?.Value}/json?poll=1`);
  const lines = (await response.text()).split('\n').filter((text) => text !== '');
  return lines.flatMap((text) => {
    const { sequence_id } = JSON.parse(text) as { sequence_id?: string };
    return sequence_id === undefined ? [] : [sequence_id];
  });
};

/** Waits until nothing is missing, or until the time is over. A platform that is still overloaded is asked again. */
const settled = async (read: () => Promise<Delivery>): Promise<Delivery> => {
  const endMs = performance.now() + SETTLE_MS;
  for (;;) {
    const isLast = performance.now() >= endMs;
    const delivery = await read().catch((error: unknown) => {
      if (isLast) throw error;
      return undefined;
    });
    if (delivery !== undefined && isLast) return delivery;
    if (delivery?.lost.length === 0) {
      await sleep(DOUBLES_MS);
      return read();
    }
    await sleep(POLL_MS);
  }
};

await command(main);
