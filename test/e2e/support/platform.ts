import { DeleteItemCommand, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { inject } from 'vitest';
import type { Message } from '#lib/messages/message.ts';
import { type LocalClients, localClients, nameOf } from '#scripts/local/clients.ts';
import { ALIAS } from '#scripts/local/code.ts';
import { putSecret } from '#scripts/local/contents.ts';
import { fireBody, scheduleCalled, schedulesOf, sendFire } from '#scripts/local/fire.ts';
import type { SiteCourse } from '#scripts/local/golf/site-course.ts';
import { type Ntfy, type NtfyOptions, startNtfy } from '#scripts/local/ntfy-server.ts';
import { descendants, signal } from '#scripts/local/process-tree.ts';
import { waitUntil } from '#scripts/local/wait-until.ts';
import { type SignedIn, signedInAt } from './people.ts';
import type { Services } from './services.ts';

export interface PlatformResponse<Body> {
  status: number;
  headers: Headers;
  body: Body;
}

export interface Platform {
  /** One call of the API as an admin, with additional headers `more`. With `json` it is a POST. */
  api: <Body = Record<string, unknown>>(
    path: string,
    json?: unknown,
    more?: Record<string, string>,
  ) => Promise<PlatformResponse<Body>>;
  /** A user of that role, signed in; the same user throughout the file. */
  signedIn: SignedIn;
  clients: LocalClients;
  /** URL of each queue by its short name: `fires`, `messages-dlq`, … */
  queueUrls: Readonly<Record<string, string>>;
  /** The ntfy server of this file, which gets every push. */
  ntfy: Ntfy;
  /**
   * The weather server and the reservation sites that functions call. They start at the first call, because few files
   * need them.
   * @param rules of every course, instead of its own
   */
  services: (rules?: Partial<SiteCourse>) => Promise<Services>;
  /** The topic that pushes go to. */
  topic: string;
  /** Send a fire to the queue as EventBridge Scheduler does. */
  fire: (schedule?: string, atMs?: number) => Promise<void>;
  /** Invoke the sweeper now instead of waiting for its minute. */
  sweep: () => Promise<void>;
  /** The row as it is stored. */
  row: (id: string) => Promise<Message | undefined>;
  /** The children of a message. */
  childrenOf: (message: Pick<Message, 'id' | 'created_date'>) => Promise<Message[]>;
  /**
   * Poll until there is a result.
   * @throws Error after `timeoutMs`
   */
  until: typeof until;
  setSecret: (name: string, value: string) => Promise<void>;
  /** Delete the row of a service's breaker. */
  resetBreaker: (service?: string) => Promise<void>;
  /**
   * Send SIGKILL to every function that runs.
   * @returns their number
   */
  killFunctions: () => Promise<number>;
  /**
   * Stop the local AWS in order and start it again, not before `untilMs` (milliseconds since the Unix epoch).
   * @returns when it stopped
   */
  restartAws: (untilMs?: number) => Promise<number>;
  close: () => Promise<void>;
}

/** The platform that all files share, with an ntfy server for this file. Close it in `afterAll`. */
export const openPlatform = async (options: Omit<NtfyOptions, 'port'> = {}): Promise<Platform> => {
  const { apiUrl, endpoint, queueUrls, controlUrl, ...rest } = inject('platform');
  const clients = localClients(endpoint);
  const ntfy = await startNtfy({ ...options, port: rest.ntfyPort });
  let started: Promise<Services> | undefined;
  const services = (rules?: Partial<SiteCourse>) => {
    started ??= import('./services.ts').then(({ startServices }) =>
      startServices(rest.servicePorts, rules),
    );
    return started;
  };
  const signedIn = signedInAt(clients, endpoint);

  const api = async <Body>(
    path: string,
    json?: unknown,
    more: Record<string, string> = {},
  ): Promise<PlatformResponse<Body>> => {
    const headers = { ...(await signedIn('admin')).headers, ...more };
    const answer = await fetch(
      `${apiUrl}${path}`,
      json === undefined ? { headers } : posting(json, headers),
    );
    const text = await answer.text();
    const body = (text === '' ? undefined : JSON.parse(text)) as Body;
    return { status: answer.status, headers: answer.headers, body };
  };
  const control = async (method: 'GET' | 'POST', untilMs = 0) => {
    const answer = await fetch(`${controlUrl}?until=${untilMs}`, { method });
    if (!answer.ok) throw new Error(await answer.text());
    return (await answer.json()) as { pid: number; downMs?: number };
  };

  return {
    ...{ api, signedIn, clients, queueUrls, ntfy, services, until },
    topic: rest.ntfyTopic,
    fire: async (name = 'daily-hello', atMs = Date.now()) => {
      const schedule = scheduleCalled(name, await schedulesOf(clients.dynamodb));
      await sendFire(clients.sqs, queueUrls.fires ?? '', fireBody(schedule, atMs));
    },
    sweep: () => invoke(clients, 'sweeper'),
    row: async (id) => {
      const { Item } = await clients.dynamodb.send(
        new GetItemCommand({
          TableName: nameOf('messages'),
          Key: { id: { S: id } },
          ConsistentRead: true,
        }),
      );
      return Item === undefined ? undefined : (unmarshall(Item) as Message);
    },
    childrenOf: async ({ id, created_date }) => {
      const since = new URLSearchParams({ created_after: created_date, limit: '100' });
      const { body } = await api<{ data: Message[] }>(`/api/messages?${since}`);
      return body.data.filter(({ parent_id }) => parent_id === id);
    },
    setSecret: (name, value) => putSecret(clients.ssm, name, value),
    resetBreaker: async (service = 'ntfy') => {
      const Key = { service_name: { S: service } };
      await clients.dynamodb.send(
        new DeleteItemCommand({ TableName: nameOf('circuit-breaker'), Key }),
      );
    },
    killFunctions: async () => {
      const functions = descendants((await control('GET')).pid);
      for (const pid of functions) signal(pid, 'SIGKILL');
      return functions.length;
    },
    restartAws: async (untilMs) => (await control('POST', untilMs)).downMs ?? 0,
    close: async () => {
      await Promise.all([ntfy.stop(), (await started)?.stop()]);
      for (const client of Object.values(clients)) client.destroy();
    },
  };
};

const posting = (json: unknown, headers: Record<string, string>): RequestInit => ({
  method: 'POST',
  headers: { ...headers, 'Content-Type': 'application/json' },
  body: typeof json === 'string' ? json : JSON.stringify(json),
});

const until = <T>(ask: Parameters<typeof waitUntil<T>>[0], timeoutMs = 20_000): Promise<T> =>
  waitUntil(ask, { timeoutMs, everyMs: 100, what: 'what the test waits for' });

const invoke = async ({ lambda }: LocalClients, name: string) => {
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({ FunctionName: nameOf(name), Qualifier: ALIAS, Payload: '{}' }),
  );
  if (FunctionError) throw new Error(`${name}: ${Payload?.transformToString()}`);
};
