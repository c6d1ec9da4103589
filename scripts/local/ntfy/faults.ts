import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FailureCode, failureBody } from './failures.ts';
import { jsonResponse, type NtfyResponse, writeResponse } from './response.ts';

/** A way in which the server fails. `accepted` says whether the push reaches the phone nevertheless. */
export type NtfyFault = (
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
  /** The number of requests that fail. Without it, requests fail until the fault is switched off. */
  times?: number;
  /** Only requests of this kind. */
  only?: 'publish' | 'read';
};

/** The faults that are on. They apply in the order in which they were switched on. */
export const faultQueue = () => {
  let queue: { fault: NtfyFault; left: number }[] = [];
  const listeners = new Set<() => void>();
  const notify = () => {
    for (const listener of listeners) listener();
  };
  const slotFor = (request: 'publish' | 'read') =>
    queue.find(
      ({ fault, left }) => left > 0 && (fault.only === undefined || fault.only === request),
    );

  return {
    switchOn: (fault: NtfyFault) => {
      queue.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
      notify();
    },
    switchOff: () => {
      queue = [];
      notify();
    },
    current: (request: 'publish' | 'read'): NtfyFault | undefined => slotFor(request)?.fault,
    next: (request: 'publish' | 'read'): NtfyFault | undefined => {
      const slot = slotFor(request);
      if (slot === undefined) return undefined;
      slot.left -= 1;
      if (slot.left === 0) notify();
      return slot.fault;
    },
    /** Calls the listener after every change. @returns a function that removes the listener */
    listen: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};

export type FaultQueue = ReturnType<typeof faultQueue>;

/** Responds with the fault, or correctly without one. `work` handles the request and returns the correct response. */
export const respond = async (
  fault: NtfyFault | undefined,
  response: ServerResponse,
  work: () => NtfyResponse,
): Promise<void> => {
  switch (fault?.kind) {
    case undefined:
      return writeResponse(response, work());
    case 'slow':
      await sleep(fault.delayMs, undefined, { ref: false });
      return writeResponse(response, work());
    case 'hang':
      if (fault.accepted) work();
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
      const { status, code, retryAfter, accepted } = fault;
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
