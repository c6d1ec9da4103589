import { retry } from '#lib/http/retry.ts';
import { type Clock, SECOND_MS } from '#lib/platform/clock.ts';
import { boundedText } from './bounded-fetch.ts';
import type { ClientSession } from './client-session.ts';
import { errorFor, MAX_ANSWER_BYTES, type PostLineDeps, postLine } from './post-line.ts';
import {
  answerIn,
  type ClientLine,
  failedAnswer,
  failedError,
  onOneLine,
  parseAnswers,
  type RpcId,
} from './rpc-message.ts';
import { serverEvents } from './server-events.ts';

export interface ForwardLineDeps extends Omit<PostLineDeps, 'now'> {
  session: ClientSession;
  /** Writes one message to the client. */
  write: (text: string) => void;
  log: (sentence: string) => void;
  clock: Clock;
}

/** Of a read. Milliseconds. */
const RETRIES = { retries: 2, baseMs: SECOND_MS / 2, capMs: 10 * SECOND_MS };
const RETRY_MS = 30 * SECOND_MS;

/** Posts a line of the client, and writes one answer for each request in it. Never rejects. */
export const forwardLine = async (line: ClientLine, deps: ForwardLineDeps): Promise<void> => {
  const { session, log, clock, write } = deps;
  const open = new Set<RpcId>(line.ids);
  const post = () => postLine(line, session.revision(), { ...deps, now: clock.now });
  const isRead = line.messages.every((message) => session.isRead(message));
  try {
    const response = isRead
      ? await retry(post, { ...RETRIES, deadlineMs: clock.now() + RETRY_MS, clock })
      : await post();
    await relay(response, line, open, deps);
    for (const id of open) write(failedAnswer(id, failedError('the server sent no answer')));
  } catch (error) {
    const reason = errorFor(error);
    log(reason.message);
    for (const id of open) write(failedAnswer(id, reason));
  }
};

/** Writes the messages of an answer, and removes the requests that they answer. */
const relay = async (
  response: Response,
  { ids, messages }: ClientLine,
  open: Set<RpcId>,
  { session, write }: ForwardLineDeps,
): Promise<void> => {
  if (ids.length === 0) {
    await response.body?.cancel();
    return;
  }
  const pass = (text: string) => {
    const found = parseAnswers(text);
    if (found === undefined) throw new Error('the server sent something that is not JSON-RPC');
    for (const each of found) {
      const answer = answerIn(each);
      if (answer === undefined) continue;
      if (answer.id === null || !open.delete(answer.id)) {
        throw new Error('the server answered another request', { cause: answer.error });
      }
      const request = messages.find(({ id }) => id === answer.id);
      if (request !== undefined) session.learn(request, answer.result);
    }
    write(onOneLine(text));
  };
  if (!/^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '')) {
    const text = await boundedText(response, MAX_ANSWER_BYTES);
    if (text !== '') pass(text);
    return;
  }
  for await (const data of serverEvents(response.body ?? new Blob([]).stream(), MAX_ANSWER_BYTES)) {
    if (data !== '') pass(data);
    if (open.size === 0) return;
  }
};
