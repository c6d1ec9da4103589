import type { Breaker } from '#lib/http/breaker/circuit-breaker.ts';
import type { HttpClient, HttpRequest } from '#lib/http/client.ts';
import { outbound } from '#lib/http/outbound.ts';
import type { HttpResponse } from '#lib/http/response.ts';
import { type Clock, SECOND_MS, systemClock } from '#lib/platform/clock.ts';
import type { Logger } from '#lib/platform/logger.ts';
import type { Channel, Push, PushReceipt, SendOptions } from './channel.ts';
import { type NtfyConfig, serverOf } from './ntfy-config.ts';
import { type FittedPush, publicationOf } from './ntfy-publication.ts';
import { ntfyError, readLines, readStored } from './ntfy-response.ts';

export interface NtfyChannelOptions extends NtfyConfig {
  client: HttpClient;
  breaker: Pick<Breaker, 'guard' | 'recall' | 'rememberEcho'>;
  /** Timeout of one publish request. Milliseconds. */
  timeoutMs?: number;
  /** Tries after the first one. Count. */
  retries?: number;
  clock?: Clock;
  log: Logger;
}

/** Timeout of a look-up. When the look-up fails, the push is sent. Milliseconds. */
const LOOK_UP_MS = 3 * SECOND_MS;
/** Timeout of the connection that is opened while the function starts. Milliseconds. */
const REACH_MS = SECOND_MS;

/**
 * Sends pushes over ntfy's protocol, at least once. To show a push only once, the message's id is sent as sequence id:
 * the phone replaces an earlier push with the same sequence id. Servers before 2.16 ignore sequence ids. When the server
 * is such a server, or is not known yet, a push that may have arrived is looked up in the topic before it is sent again.
 * Source: ntfy's publish and subscribe protocol, measured on servers 2.13 and 2.27.
 */
export const ntfyChannel = ({
  origin,
  topic,
  token,
  client,
  breaker,
  timeoutMs = 10 * SECOND_MS,
  retries = 3,
  clock = systemClock,
  log,
}: NtfyChannelOptions): Channel => {
  const authorization: Record<string, string> =
    token === undefined ? {} : { Authorization: `Bearer ${token}` };

  const server = serverOf(origin);

  /** Looks for the push in the topic. @returns the response that publishing it would have returned, if it is there */
  const lookUp = async (
    sent: FittedPush,
    { url: _, body: __, ...request }: HttpRequest,
    sinceMs: number,
  ): Promise<HttpResponse | undefined> => {
    const since = Math.floor(sinceMs / SECOND_MS);
    const response = await client({
      ...request,
      method: 'GET',
      url: `${origin}/${topic}/json?poll=1&since=${since}`,
      timeoutMs: LOOK_UP_MS,
    });
    if (response.status !== 200) return undefined;
    const found = readLines(response.body).find((line) => isSame(line, sent));
    return found && { ...response, body: JSON.stringify(found) };
  };

  const send = async (push: Push, options: SendOptions): Promise<PushReceipt> => {
    const fitted = publicationOf(push, topic);
    const { cut } = fitted;
    const pushLog = log.child({ message_id: push.id, correlation_id: options.correlationId });
    if (cut !== undefined) pushLog.warn({ cut }, 'push was cut to the limits of ntfy');
    const { echoesSequence } = await breaker.recall(server);

    let startedMs = options.sendStarted === undefined ? undefined : Date.parse(options.sendStarted);
    let isRecorded = false;
    // The breaker counts all of this as one try: the record, the look-up where it is needed, the push.
    const publish: HttpClient = async (request) => {
      const mayHaveArrived = startedMs !== undefined;
      const nowMs = clock.now();
      if (!isRecorded) {
        await options.beforeFirstSend();
        isRecorded = true;
      }
      startedMs ??= nowMs;
      if (mayHaveArrived && echoesSequence !== true) {
        const found = await lookUp(fitted, request, startedMs).catch((error: unknown) => {
          pushLog.warn({ err: error }, 'look-up failed, push is sent again');
        });
        if (found) {
          pushLog.info({}, 'push had already arrived');
          return found;
        }
      }
      return client(request);
    };

    const response = await outbound({
      client: publish,
      breaker,
      tryMs: echoesSequence === true ? timeoutMs : LOOK_UP_MS + timeoutMs,
      retries,
      clock,
      responseError: (response, askedMs) => ntfyError(response, askedMs, clock.now()),
    })({
      method: 'POST',
      url: `${origin}/`,
      headers: {
        'Content-Type': 'application/json',
        'X-Correlation-ID': options.correlationId,
        ...authorization,
      },
      body: JSON.stringify(fitted.publication),
      deadlineMs: options.deadlineMs,
      timeoutMs,
      signal: options.signal,
      repeatable: true,
    });
    const stored = readStored(response.body);
    await breaker.rememberEcho(server, stored.sequence_id === push.id);
    return { id: stored.id, ...(cut === undefined ? {} : { cut }) };
  };

  /** Calls the health check of the server, which needs no token and is never rate limited. */
  const warmUp = async (): Promise<void> => {
    await client({
      method: 'GET',
      url: `${origin}/v1/health`,
      deadlineMs: clock.now() + REACH_MS,
    });
  };

  return { name: 'ntfy', service: 'ntfy', send, warmUp };
};

/** The server trims texts. A line with a different sequence id is a different push. */
const isSame = (
  line: ReturnType<typeof readLines>[number],
  { publication, title }: FittedPush,
): boolean =>
  line.message.trim() === publication.message.trim() &&
  (line.title ?? '').trim() === title.trim() &&
  (line.sequence_id ?? publication.sequence_id) === publication.sequence_id;
