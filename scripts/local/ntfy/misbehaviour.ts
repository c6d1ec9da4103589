import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FailureCode, failureBody } from './failures.ts';
import { jsonResponse, type NtfyResponse, writeResponse } from './response.ts';

/** A way in which the server fails. `accepted` says whether the push reaches the phone nevertheless. */
export type Misbehaviour = (
  | { kind: 'status'; status: number; code?: FailureCode; retryAfter?: string; accepted?: boolean }
  /** Responds late. */
  | { kind: 'slow'; delayMs: number }
  /** Never responds. */
  | { kind: 'hang'; accepted?: boolean }
  /** Closes the connection without a response. */
  | { kind: 'reset' }
  /** Accepts the push, then closes the connection without a response. */
  | { kind: 'cut-after-accept' }
  /** Accepts the push, then closes the connection in the middle of the response. */
  | { kind: 'cut-mid-answer' }
  /** Responds with 200 and a body that is not from ntfy. */
  | { kind: 'garbage' }
) & {
  /** The number of requests that fail. Without it, requests fail until `heal`. */
  times?: number;
  /** Only requests of this kind. */
  only?: 'publish' | 'read';
};

/** The mood of the server: how it treats the next requests. Moods apply in the order in which they were added. */
export const moods = () => {
  let queue: { mood: Misbehaviour; left: number }[] = [];
  const listeners = new Set<() => void>();
  const notify = () => {
    for (const listener of listeners) listener();
  };
  const slotFor = (request: 'publish' | 'read') =>
    queue.find(({ mood, left }) => left > 0 && (mood.only === undefined || mood.only === request));

  return {
    add: (mood: Misbehaviour) => {
      queue.push({ mood, left: mood.times ?? Number.POSITIVE_INFINITY });
      notify();
    },
    heal: () => {
      queue = [];
      notify();
    },
    current: (request: 'publish' | 'read'): Misbehaviour | undefined => slotFor(request)?.mood,
    next: (request: 'publish' | 'read'): Misbehaviour | undefined => {
      const slot = slotFor(request);
      if (slot === undefined) return undefined;
      slot.left -= 1;
      if (slot.left === 0) notify();
      return slot.mood;
    },
    /** Calls the listener after every change. @returns a function that removes the listener */
    listen: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};

export type Moods = ReturnType<typeof moods>;

/** Responds according to the mood. `work` handles the request and returns the correct response. */
export const respond = async (
  mood: Misbehaviour | undefined,
  response: ServerResponse,
  work: () => NtfyResponse,
): Promise<void> => {
  switch (mood?.kind) {
    case undefined:
      return writeResponse(response, work());
    case 'slow':
      await sleep(mood.delayMs, undefined, { ref: false });
      return writeResponse(response, work());
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
      return writeResponse(response, {
        status: 200,
        type: 'text/html',
        body: '<html>hello</html>',
      });
    case 'status': {
      const { status, code, retryAfter, accepted } = mood;
      if (accepted) work();
      if (retryAfter !== undefined) response.setHeader('Retry-After', retryAfter);
      return writeResponse(
        response,
        code === undefined
          ? { status, type: 'text/html', body: `<html>${status}</html>` }
          : jsonResponse(status, failureBody(code)),
      );
    }
  }
};
