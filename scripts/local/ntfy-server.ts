import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { refusalOf } from './guard.ts';
import { type Access, type Grant, identify, requirePermission } from './ntfy/access.ts';
import { isRefusal, refusalError } from './ntfy/failures.ts';
import { faultQueue, type NtfyFault, respond } from './ntfy/faults.ts';
import { type LimitOptions, limiter } from './ntfy/limits.ts';
import { servePage } from './ntfy/page.ts';
import { type PublishRequest, readDraft, readJson, readRaw } from './ntfy/publish.ts';
import { type Format, readTopics } from './ntfy/read.ts';
import { type NtfyRequest, readRequest } from './ntfy/request.ts';
import { jsonResponse, type NtfyResponse, writeResponse } from './ntfy/response.ts';
import { type Entry, messageStore, type Seen, type Version } from './ntfy/store.ts';
import { isName, requireAllowedTopic } from './ntfy/topics.ts';

export interface NtfyOptions {
  /** 0 means any free port, which is the default. */
  port?: number;
  version?: Version;
  /** Only a caller with this token may use the server. */
  token?: string;
  /** Only these callers may use the server. */
  access?: Access;
  /** Whether the server turns a message that is too long into a file. Otherwise it refuses the message. */
  attachments?: boolean;
  limits?: LimitOptions;
  /** The current time in milliseconds since the Unix epoch. */
  now?: () => number;
}

/** A request as the server received it. */
export type ReceivedRequest = Pick<NtfyRequest, 'method' | 'path' | 'headers'> & { body: string };

export interface Ntfy {
  url: string;
  topicUrl: (topic: string) => string;
  /** Every message that was published to a topic, oldest first, including repeated ones. */
  messages: (topic: string) => Entry[];
  /** What a person sees of a topic: of repeated pushes the newest one, and no deleted ones. */
  phone: (topic: string) => Seen[];
  /** The number of requests so far, without those of the page. */
  readonly requests: number;
  /** The number of requests that the server never responds to. */
  readonly hung: number;
  /** The last thousand requests. */
  readonly received: readonly ReceivedRequest[];
  /** Makes the next requests fail in this way. */
  switchOn: (fault: NtfyFault) => void;
  /** Switches all faults off. */
  switchOff: () => void;
  stop: () => Promise<void>;
}

const KEPT_REQUESTS = 1_000;
const READ_PATH = /^\/([-_A-Za-z0-9]{1,64}(?:,[-_A-Za-z0-9]{1,64})*)\/(json|raw|sse|auth)$/;

/**
 * Starts an ntfy server on the loopback address. It is the phone of the local platform, and the server that tests send
 * to. It behaves as the real servers 2.13 and 2.27 do, where that was measured, and keeps everything in memory.
 */
export const startNtfy = async (options: NtfyOptions = {}): Promise<Ntfy> => {
  const { version = '2.27', attachments = false, now = Date.now, token } = options;
  const access = token === undefined ? options.access : { tokens: { [token]: {} } };
  const store = messageStore(now);
  const limits = limiter(options.limits ?? {}, now);
  const faults = faultQueue();
  const received: ReceivedRequest[] = [];
  let requests = 0;
  let hung = 0;
  const nowS = () => Math.floor(now() / 1_000);

  const publish = (request: NtfyRequest, grant: Grant, publication: PublishRequest): Entry => {
    const { topic } = publication;
    requirePermission(grant, topic, 'write');
    limits.topic(request.from, topic);
    const options = { version, attachments, nowS: nowS() };
    const { draft, due, keep } = readDraft(publication, options);
    limits.message();
    return store.publish(draft, { due, keep });
  };

  const mark = (grant: Grant, topic: string, sequence: string, verb: 'delete' | 'clear') => {
    requireAllowedTopic(topic);
    requirePermission(grant, topic, 'write');
    return store.addEvent(topic, sequence, `message_${verb}`);
  };

  const route = (request: NtfyRequest): NtfyResponse => {
    const { method, path } = request;
    if (path === '/v1/health') return jsonResponse(200, '{"healthy":true}\n');
    const grant = identify(request, access, limits);
    limits.request(request.from);
    if (path === '/v1/account') return jsonResponse(200, accountOf(request));

    const read = READ_PATH.exec(path);
    if (method === 'GET' && read) {
      const topics = (read[1] ?? '').split(',');
      for (const topic of topics) requirePermission(grant, topic, 'read');
      if (read[2] === 'auth') return jsonResponse(200, '{"success":true}\n');
      for (const topic of topics) limits.topic(request.from, topic);
      return readTopics(request, { topics, format: read[2] as Format, store, nowS: nowS() });
    }

    const isPublish = method === 'POST' || method === 'PUT';
    if (isPublish && path === '/')
      return stored(publish(request, grant, readJson(request, version)));
    const [topic = '', sequence, verb, ...more] = path.slice(1).split('/');
    const isKnown = more.length === 0 && (sequence === undefined || version === '2.27');
    if (!isKnown || ![topic, sequence ?? topic].every(isName)) throw refusalError(40401);
    if (isPublish && verb === undefined) {
      return stored(publish(request, grant, readRaw(request, topic, sequence)));
    }
    if (method === 'DELETE' && sequence !== undefined && verb === undefined) {
      return stored(mark(grant, topic, sequence, 'delete'));
    }
    if (method === 'PUT' && sequence !== undefined && /^(clear|read)$/.test(verb ?? '')) {
      return stored(mark(grant, topic, sequence, 'clear'));
    }
    throw refusalError(40401);
  };

  const responseTo = (request: NtfyRequest): NtfyResponse => {
    store.deliverDue();
    try {
      return route(request);
    } catch (error) {
      if (isRefusal(error)) return jsonResponse(error.status, error.body);
      throw error;
    }
  };

  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    // Without these headers, a browser that sends no fetch metadata could load a response into a page of another site.
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
    const reason = refusalOf(incoming);
    if (reason !== undefined) {
      const body = JSON.stringify({ error: `refused: ${reason}` });
      return writeResponse(response, jsonResponse(403, `${body}\n`));
    }
    const request = await readRequest(incoming);
    const { method, path, headers } = request;
    if (await servePage(request, response, { store, faults })) return;
    requests += 1;
    received.push({ method, path, headers, body: request.body.toString('utf8') });
    if (received.length > KEPT_REQUESTS) received.shift();
    const kind = method === 'GET' ? 'read' : 'publish';
    const current = path === '/v1/health' ? undefined : faults.next(kind);
    await respond(current, response, () => responseTo(request));
    if (current?.kind === 'hang') hung += 1;
  };

  const server = createServer((incoming, response) => {
    handle(incoming, response).catch(() => response.destroy());
  });
  const ticker = setInterval(store.deliverDue, 1_000).unref();
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
    switchOn: faults.switchOn,
    switchOff: faults.switchOff,
    stop: () =>
      new Promise((resolve) => {
        clearInterval(ticker);
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const stored = (entry: Entry): NtfyResponse => jsonResponse(200, `${JSON.stringify(entry)}\n`);

/** Contains the token itself, as the real server's response does. Clients must not log it. */
const accountOf = (request: NtfyRequest): string => {
  const token = request.headers.authorization?.replace(/^Bearer /, '');
  const tokens = token === undefined ? {} : { tokens: [{ token }] };
  return `${JSON.stringify({ username: '*', ...tokens, limits: { basis: 'ip' } })}\n`;
};
