import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, json, send } from './answer.ts';
import { type FailureCode, failureBody } from './failures.ts';

/** How a server can fail a caller. `accepted` says whether the push reaches the phone all the same. */
export type Misbehaviour = (
  | { kind: 'status'; status: number; code?: FailureCode; retryAfter?: string; accepted?: boolean }
  /** Answers, but late. */
  | { kind: 'slow'; delayMs: number }
  /** Never answers. */
  | { kind: 'hang'; accepted?: boolean }
  /** Ends the connection without an answer. */
  | { kind: 'reset' }
  /** Takes the push, then ends the connection without an answer. */
  | { kind: 'cut-after-accept' }
  /** Takes the push and ends the connection in the middle of the answer. */
  | { kind: 'cut-mid-answer' }
  /** Answers 200 with a page that is not ntfy's. */
  | { kind: 'garbage' }
) & {
  /** Requests to fail; without it until `heal`. */
  times?: number;
  /** Only requests of this kind. */
  only?: 'publish' | 'read';
};

/** Which misbehaviour the next request meets. Later ones queue up behind those that have a number of times. */
export const moods = () => {
  let queue: { mood: Misbehaviour; left: number }[] = [];
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  const slotFor = (request: 'publish' | 'read') =>
    queue.find(({ mood, left }) => left > 0 && (mood.only === undefined || mood.only === request));

  return {
    add: (mood: Misbehaviour) => {
      queue.push({ mood, left: mood.times ?? Number.POSITIVE_INFINITY });
      tell();
    },
    heal: () => {
      queue = [];
      tell();
    },
    current: (request: 'publish' | 'read'): Misbehaviour | undefined => slotFor(request)?.mood,
    next: (request: 'publish' | 'read'): Misbehaviour | undefined => {
      const slot = slotFor(request);
      if (slot === undefined) return undefined;
      slot.left -= 1;
      if (slot.left === 0) tell();
      return slot.mood;
    },
    /** Hears of every change from now on; call the answer to stop. */
    listen: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};

export type Moods = ReturnType<typeof moods>;

/** Answers as the mood wants; `work` is the honest answer, and what makes the request take effect. */
export const answerIn = async (
  mood: Misbehaviour | undefined,
  response: ServerResponse,
  work: () => Answer,
): Promise<void> => {
  switch (mood?.kind) {
    case undefined:
      return send(response, work());
    case 'slow':
      await sleep(mood.delayMs, undefined, { ref: false });
      return send(response, work());
    case 'hang':
      if (mood.accepted) work();
      return;
    case 'reset':
      return void response.destroy();
    case 'cut-after-accept':
      work();
      return void response.destroy();
    case 'cut-mid-answer': {
      const { status, body } = work();
      response.writeHead(status, { 'Content-Length': Buffer.byteLength(body) });
      response.write(body.slice(0, body.length / 2), () => response.destroy());
      return;
    }
    case 'garbage':
      return send(response, { status: 200, type: 'text/html', body: '<html>hello</html>' });
    case 'status': {
      const { status, code, retryAfter, accepted } = mood;
      if (accepted) work();
      if (retryAfter !== undefined) response.setHeader('Retry-After', retryAfter);
      return send(
        response,
        code === undefined
          ? { status, type: 'text/html', body: `<html>${status}</html>` }
          : json(status, failureBody(code)),
      );
    }
  }
};
