import type { Breaker } from '#lib/http/breaker/circuit-breaker.ts';
import type { HttpClient, HttpRequest } from '#lib/http/client.ts';
import { outbound } from '#lib/http/outbound.ts';
import type { HttpResponse } from '#lib/http/response.ts';
import { type Clock, SECOND_MS, systemClock } from '#lib/platform/clock.ts';
import type { Logger } from '#lib/platform/log.ts';
import type { Channel, Push, SendOptions } from './channel.ts';
import { readLines, readStored, refusalOf } from './ntfy-answers.ts';
import { type NtfyConfig, serverOf } from './ntfy-config.ts';
import { type Publication, publicationOf } from './ntfy-publication.ts';

export interface NtfyChannelOptions extends NtfyConfig {
  client: HttpClient;
  breaker: Breaker;
  /** For one publish. Milliseconds. */
  timeoutMs?: number;
  /** Tries after the first. Count. */
  retries?: number;
  clock?: Clock;
  log: Logger;
}

/** The look-up is worth this much time and no more: without its answer the push is sent. Milliseconds. */
const LOOK_UP_MS = 3 * SECOND_MS;
/** A function that starts is held up no longer. Milliseconds. */
const REACH_MS = SECOND_MS;

/**
 * Pushes over ntfy's protocol. At least once, and seen once: the message's id is the sequence id by which the phone
 * replaces a repeated push; where the server is too old for that, or nobody knows, a push that may have arrived is
 * looked for in the topic before it is sent again.
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

  /** What the topic already holds of this push, as a publish would have answered it. */
  const lookUp = async (
    sent: Publication,
    { url: _, body: __, ...request }: HttpRequest,
    sinceMs: number,
  ): Promise<HttpResponse | undefined> => {
    const since = Math.floor(sinceMs / SECOND_MS);
    const answer = await client({
      ...request,
      method: 'GET',
      url: `${origin}/${topic}/json?poll=1&since=${since}`,
      timeoutMs: LOOK_UP_MS,
    });
    if (answer.status !== 200) return undefined;
    const found = readLines(answer.body).find((line) => isSame(line, sent));
    return found && { ...answer, body: JSON.stringify(found) };
  };

  const send = async (push: Push, options: SendOptions): Promise<{ id: string }> => {
    const { publication, cut } = publicationOf(push, topic);
    const lineLog = log.child({ message_id: push.id, correlation_id: options.correlationId });
    if (cut.length > 0) lineLog.warn({ cut }, 'push cut to fit');
    const { echoesSequence } = await breaker.recall(server);

    let startedMs = options.sendStarted === undefined ? undefined : Date.parse(options.sendStarted);
    let isRecorded = false;
    // Below the breaker, which thus sees one try: the mark, the look-up where it matters, the push.
    const publish: HttpClient = async (request) => {
      const mayHaveArrived = startedMs !== undefined;
      const beganMs = clock.now();
      if (!isRecorded) {
        await options.beforeFirstSend();
        isRecorded = true;
      }
      startedMs ??= beganMs;
      if (mayHaveArrived && echoesSequence !== true) {
        const found = await lookUp(publication, request, startedMs).catch((error: unknown) => {
          lineLog.warn({ err: error }, 'look-up failed, push is sent');
        });
        if (found) {
          lineLog.info({}, 'push had arrived before');
          return found;
        }
      }
      return client(request);
    };

    const answer = await outbound({
      client: publish,
      breaker,
      tryMs: echoesSequence === true ? timeoutMs : LOOK_UP_MS + timeoutMs,
      retries,
      clock,
      refusalOf: (refused, askedMs) => refusalOf(refused, askedMs, clock.now()),
    })({
      method: 'POST',
      url: `${origin}/`,
      headers: {
        'Content-Type': 'application/json',
        'X-Correlation-ID': options.correlationId,
        ...authorization,
      },
      body: JSON.stringify(publication),
      deadlineMs: options.deadlineMs,
      timeoutMs,
      signal: options.signal,
      repeatable: true,
    });
    const stored = readStored(answer.body);
    await breaker.rememberEcho(server, stored.sequence_id === push.id);
    return { id: stored.id };
  };

  /** The health check is answered also while pushes are limited, and asks for no token. */
  const reach = async (): Promise<void> => {
    await client({
      method: 'GET',
      url: `${origin}/v1/health`,
      deadlineMs: clock.now() + REACH_MS,
    });
  };

  return { name: 'ntfy', service: 'ntfy', send, reach };
};

/** The server trims texts; a line with another sequence id is another push. */
const isSame = (line: ReturnType<typeof readLines>[number], sent: Publication): boolean =>
  line.message.trim() === sent.message.trim() &&
  (line.title ?? '').trim() === (sent.title ?? '').trim() &&
  (line.sequence_id ?? sent.sequence_id) === sent.sequence_id;
