import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { refusalOf } from './guard.ts';
import { type Access, allow, type Grant, identify } from './ntfy/access.ts';
import { type Answer, json, send } from './ntfy/answer.ts';
import { isRefusal, refusal } from './ntfy/failures.ts';
import { type LimitOptions, limiter } from './ntfy/limits.ts';
import { answerIn, type Misbehaviour, moods } from './ntfy/misbehaviour.ts';
import { pageFor } from './ntfy/page.ts';
import { type Publication, readDraft, readJson, readRaw } from './ntfy/publish.ts';
import { answerRead, type Format } from './ntfy/read.ts';
import { type Call, readCall } from './ntfy/request.ts';
import { type Entry, messageStore, type Seen, type Version } from './ntfy/store.ts';
import { checkTopic, isName } from './ntfy/topics.ts';

export interface NtfyOptions {
  /** 0 takes a free one. */
  port?: number;
  version?: Version;
  /** Closes the server to everybody but the holder of this token. */
  token?: string;
  /** Closes the server to everybody who is not named here. */
  access?: Access;
  /** Whether what is too long for a message becomes a file. */
  attachments?: boolean;
  limits?: LimitOptions;
  /** Milliseconds since the Unix epoch. */
  now?: () => number;
}

/** One request as it came in, for tests to look at. */
export type Received = Pick<Call, 'method' | 'path' | 'headers'> & { body: string };

export interface Ntfy {
  url: string;
  topicUrl: (topic: string) => string;
  /** Every message that a topic was sent, oldest first, repeated ones too. */
  messages: (topic: string) => Entry[];
  /** What a person sees: repeated pushes collapsed, deleted ones gone. */
  phone: (topic: string) => Seen[];
  /** Requests to the protocol so far; the page does not count. */
  readonly requests: number;
  /** Those that it never answers. */
  readonly hung: number;
  /** The last thousand of them. */
  readonly received: readonly Received[];
  misbehave: (mood: Misbehaviour) => void;
  heal: () => void;
  stop: () => Promise<void>;
}

const KEPT_REQUESTS = 1_000;
const READ_PATH = /^\/([-_A-Za-z0-9]{1,64}(?:,[-_A-Za-z0-9]{1,64})*)\/(json|raw|sse|auth)$/;

/**
 * An ntfy server on the loopback address that speaks the protocol as it was measured: the phone of the local stack, and
 * the other end in tests. Keeps everything in memory.
 */
export const startNtfy = async (options: NtfyOptions = {}): Promise<Ntfy> => {
  const { version = '2.27', attachments = false, now = Date.now, token } = options;
  const access = token === undefined ? options.access : { tokens: { [token]: {} } };
  const store = messageStore(now);
  const limits = limiter(options.limits ?? {}, now);
  const mood = moods();
  const received: Received[] = [];
  let requests = 0;
  let hung = 0;
  const nowS = () => Math.floor(now() / 1_000);

  const publish = (call: Call, grant: Grant, publication: Publication): Entry => {
    const { topic } = publication;
    allow(grant, topic, 'write');
    limits.topic(call.from, topic);
    const options = { version, attachments, nowS: nowS() };
    const { draft, due, keep } = readDraft(publication, options);
    limits.message();
    return store.publish(draft, { due, keep });
  };

  const mark = (grant: Grant, topic: string, sequence: string, verb: 'delete' | 'clear') => {
    checkTopic(topic);
    allow(grant, topic, 'write');
    return store.mark(topic, sequence, `message_${verb}`);
  };

  const route = (call: Call): Answer => {
    const { method, path } = call;
    if (path === '/v1/health') return json(200, '{"healthy":true}\n');
    const grant = identify(call, access, limits);
    limits.request(call.from);
    if (path === '/v1/account') return json(200, accountOf(call));

    const read = READ_PATH.exec(path);
    if (method === 'GET' && read) {
      const topics = (read[1] ?? '').split(',');
      for (const topic of topics) allow(grant, topic, 'read');
      if (read[2] === 'auth') return json(200, '{"success":true}\n');
      for (const topic of topics) limits.topic(call.from, topic);
      return answerRead(call, { topics, format: read[2] as Format, store, nowS: nowS() });
    }

    const posts = method === 'POST' || method === 'PUT';
    if (posts && path === '/') return stored(publish(call, grant, readJson(call, version)));
    const [topic = '', sequence, verb, ...more] = path.slice(1).split('/');
    const known = more.length === 0 && (sequence === undefined || version === '2.27');
    if (!known || ![topic, sequence ?? topic].every(isName)) throw refusal(40401);
    if (posts && verb === undefined) {
      return stored(publish(call, grant, readRaw(call, topic, sequence)));
    }
    if (method === 'DELETE' && sequence !== undefined && verb === undefined) {
      return stored(mark(grant, topic, sequence, 'delete'));
    }
    if (method === 'PUT' && sequence !== undefined && /^(clear|read)$/.test(verb ?? '')) {
      return stored(mark(grant, topic, sequence, 'clear'));
    }
    throw refusal(40401);
  };

  const work = (call: Call): Answer => {
    store.tick();
    try {
      return route(call);
    } catch (error) {
      if (isRefusal(error)) return json(error.status, error.body);
      throw error;
    }
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const error = refusalOf(request);
    if (error !== undefined) return send(response, json(403, `${JSON.stringify({ error })}\n`));
    const call = await readCall(request);
    const { method, path, headers } = call;
    if (await pageFor(call, response, { store, moods: mood })) return;
    requests += 1;
    received.push({ method, path, headers, body: call.body.toString('utf8') });
    if (received.length > KEPT_REQUESTS) received.shift();
    const kind = method === 'GET' ? 'read' : 'publish';
    const current = path === '/v1/health' ? undefined : mood.next(kind);
    await answerIn(current, response, () => work(call));
    if (current?.kind === 'hang') hung += 1;
  };

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  const ticker = setInterval(store.tick, 1_000).unref();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    topicUrl: (topic) => `${url}/${topic}`,
    messages: (topic) =>
      store.lines().filter((entry) => entry.topic === topic && entry.event === 'message'),
    phone: store.phone,
    get requests() {
      return requests;
    },
    get hung() {
      return hung;
    },
    received,
    misbehave: mood.add,
    heal: mood.heal,
    stop: () =>
      new Promise((resolve) => {
        clearInterval(ticker);
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const stored = (entry: Entry): Answer => json(200, `${JSON.stringify(entry)}\n`);

/** What nobody should ever log: the token itself, in clear. */
const accountOf = (call: Call): string => {
  const token = call.headers.authorization?.replace(/^Bearer /, '');
  const tokens = token === undefined ? {} : { tokens: [{ token }] };
  return `${JSON.stringify({ username: '*', ...tokens, limits: { basis: 'ip' } })}\n`;
};
