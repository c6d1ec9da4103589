import type { ServerResponse } from 'node:http';
import type { Clock } from '#lib/platform/clock.ts';
import type { TakeFault } from './fault-switches.ts';
import { htmlAnswer, type ServiceResponse, sendAnswer } from './service-response.ts';

/** Faults that every local service has, whatever it serves. */
export const TRANSPORT_FAULTS = {
  slow: 'waits before each response',
  hangs: 'never responds',
  'cuts the connection': 'closes the connection without a response',
  'answers 429': '429, with no Retry-After',
  'answers 500': '500 with an HTML page',
  'answers 503': '503 with an HTML page',
  'bot challenge': '403 with cf-mitigated: challenge and an HTML page',
  'HTML instead of JSON': '200 with an HTML page',
  'truncated JSON': 'sends the first half of the body as if it were the whole body',
  'body of 2 MB': 'appends spaces to the body up to 2 MB',
  'wrong charset': 'declares UTF-8 and sends UTF-16',
  'wrong content type': 'declares text/plain',
  'deep JSON': '200 with 10,000 nested arrays',
} as const;

export type TransportFault = keyof typeof TRANSPORT_FAULTS;

/** A response, or the order to close the connection without one. */
export type Reaction = ServiceResponse | 'close the connection';

export interface TransportOptions {
  faults: TakeFault<TransportFault>;
  clock: Pick<Clock, 'sleep'>;
  /** The wait of the fault `slow`. Milliseconds. */
  slowMs: number;
}

const BODY_BYTES = 2 * 1_024 * 1_024;
const DEPTH = 10_000;

/** Responses that replace the right one. The server then does nothing. */
const REPLACEMENTS: readonly [TransportFault, () => ServiceResponse][] = [
  ['answers 429', () => htmlAnswer(429, 'Too Many Requests')],
  ['answers 500', () => htmlAnswer(500, 'Internal Server Error')],
  ['answers 503', () => htmlAnswer(503, 'Service Unavailable')],
  ['bot challenge', () => htmlAnswer(403, 'Just a moment...', { 'cf-mitigated': 'challenge' })],
  ['HTML instead of JSON', () => htmlAnswer(200, 'Maintenance')],
  [
    'deep JSON',
    () => ({
      status: 200,
      headers: { 'Content-Type': 'application/json' },
      body: `${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}`,
    }),
  ],
];

/** Changes to the right response. */
const CHANGES: readonly [TransportFault, (answer: ServiceResponse) => ServiceResponse][] = [
  [
    'truncated JSON',
    (answer) => ({ ...answer, body: answer.body.slice(0, answer.body.length / 2) }),
  ],
  ['body of 2 MB', (answer) => ({ ...answer, body: String(answer.body).padEnd(BODY_BYTES) })],
  [
    'wrong charset',
    (answer) => ({
      ...withType(answer, 'application/json; charset=utf-8'),
      body: Buffer.from(String(answer.body), 'utf16le'),
    }),
  ],
  ['wrong content type', (answer) => withType(answer, 'text/plain')],
];

/**
 * Sends what `work` returns, as the faults say. Every fault that prevents the response also prevents `work`.
 * @returns whether the request got a response or its connection was closed
 */
export const respondWithFaults = async (
  response: ServerResponse,
  work: () => Promise<Reaction>,
  { faults, clock, slowMs }: TransportOptions,
): Promise<boolean> => {
  if (faults.take('slow')) await clock.sleep(slowMs);
  if (faults.take('hangs')) return false;
  if (faults.take('cuts the connection')) {
    response.destroy();
    return true;
  }
  const replacement = REPLACEMENTS.find(([fault]) => faults.take(fault))?.[1];
  const reaction = replacement === undefined ? await work() : replacement();
  if (reaction === 'close the connection') {
    response.destroy();
    return true;
  }
  const changes = CHANGES.filter(([fault]) => faults.take(fault));
  sendAnswer(
    response,
    changes.reduce((answer, [, change]) => change(answer), reaction),
  );
  return true;
};

const withType = (answer: ServiceResponse, type: string): ServiceResponse => ({
  ...answer,
  headers: { ...answer.headers, 'Content-Type': type },
});
