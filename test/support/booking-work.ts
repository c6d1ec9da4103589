import { runAction } from '#handlers/web-action/run-action.ts';
import type { ActionContext } from '#lib/actions/action.ts';
import type { CommitContext } from '#lib/actions/irreversible.ts';
import type { ActionOperation } from '#lib/actions/operation.ts';
import { requireConsent } from '#lib/approvals/consent.ts';
import { parsePolicy, quotaLimits } from '#lib/approvals/policy.ts';
import { putResult } from '#lib/data/action-results.ts';
import { expireApproval } from '#lib/data/approvals/approval-changes.ts';
import { putApproval } from '#lib/data/approvals/approvals.ts';
import { effectStore } from '#lib/data/effects/effect-store.ts';
import { find } from '#lib/data/messages/messages.ts';
import { circuitBreaker } from '#lib/http/breaker/circuit-breaker.ts';
import { verdictOfError, verdictOfStatus } from '#lib/http/breaker/verdict.ts';
import type { HttpClient } from '#lib/http/client.ts';
import { outbound } from '#lib/http/outbound.ts';
import type { Message } from '#lib/messages/message.ts';
import type { Run, Work } from '#lib/messages/outcome.ts';
import { isTerminal } from '#lib/messages/transitions.ts';
import { type Clock, SECOND_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';
import { bookSlot, COURSE, cancelReservation } from './course-operations.ts';

/** The operations of the world of bookings. */
export const COURSE_OPERATIONS: readonly ActionOperation[] = [bookSlot, cancelReservation];

const TRY_MS = 10 * SECOND_MS;

/** One container of the function `web-action`. */
export interface BookingContainer {
  client: HttpClient;
  clock: Clock;
  log: Logger;
  /** The parameter `policy` as it is now. */
  policyText: () => string;
}

/**
 * The real work of `web-action` with the operations of the course in memory: only the HTTP client and the configuration are
 * not those of `handlers/web-action/deps.ts`.
 */
export const bookingWork = ({ client, clock, log, policyText }: BookingContainer): Work => {
  const breaker = circuitBreaker({ service: COURSE.name, failOpen: false, clock, log });
  const store = effectStore({ clock });
  const policy = () => parsePolicy(policyText(), COURSE_OPERATIONS);

  return (message, run) =>
    runAction(message, run, {
      clock,
      operations: COURSE_OPERATIONS,
      requireOn: () => {},
      contextsOf: () => ({
        context: contextOf(message, run, { client, clock, breaker }),
        commitContext: (onVerdict) => ({
          ...CONFIGURATION,
          claims: async () => ({}),
          send: commitWith(client, run, onVerdict),
        }),
      }),
      readThrough: notInThisWorld,
      markApprovalUsed: notInThisWorld,
      putResult,
      requireConsent: (request) =>
        requireConsent(request, {
          clock,
          policy: policy(),
          putApproval,
          expireApproval,
          record: run.record,
        }),
      store,
      isAlive: async (id) => {
        const row = await find(id);
        return row !== undefined && !isTerminal(row.status);
      },
      dryRunNote: () => undefined,
      quotaLimitsOf: (operation) => quotaLimits(policy(), operation),
      breakerOf: () => breaker,
      publicUrl: 'https://platform.example',
    });
};

const notInThisWorld = () => {
  throw new Error('no operation of this world does that');
};

const CONFIGURATION = {
  configuration: {
    parameters: { contact: undefined, home: undefined, courses: undefined, services: undefined },
    endpoint: async () => undefined,
  },
};

const contextOf = (
  { id: messageId }: Message,
  { deadlineMs, signal, log }: Run,
  {
    client,
    clock,
    breaker,
  }: Pick<BookingContainer, 'client' | 'clock'> & { breaker: ReturnType<typeof circuitBreaker> },
): ActionContext => ({
  ...CONFIGURATION,
  ...{ messageId, deadlineMs, signal, clock, log },
  claims: async () => ({}),
  remember: notInThisWorld,
  forget: notInThisWorld,
  call: ({ origin }, { method, path, body, repeatable, timeoutMs = TRY_MS }) => {
    const open = outbound({ client, breaker, tryMs: TRY_MS, retries: 0, clock });
    return open({
      ...{ method, deadlineMs, signal, repeatable, timeoutMs, url: `${origin}${path}` },
      ...(body === undefined ? {} : { body }),
    });
  },
});

/** As `lib/actions/commit-call.ts`, whose client opens connections of its own. */
const commitWith =
  (
    client: HttpClient,
    { deadlineMs, signal }: Run,
    onVerdict: (verdict: ReturnType<typeof verdictOfStatus>) => void,
  ): CommitContext['send'] =>
  async ({ origin }, { method, path, body = '' }) => {
    try {
      const response = await client({
        ...{ method, body, deadlineMs, signal, timeoutMs: TRY_MS, url: `${origin}${path}` },
      });
      onVerdict(verdictOfStatus(response.status));
      if (response.status < 500) return response;
    } catch (error) {
      onVerdict(verdictOfError(error));
      throw error;
    }
    throw new AppError('unavailable', 'HTTP_5XX', 'the course is broken', { sent: true });
  };
