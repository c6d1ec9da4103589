import { deliver } from '#handlers/notification/deliver.ts';
import { runJob } from '#handlers/processor/run-job.ts';
import { applyChange } from '#handlers/scheduler/apply-change.ts';
import { ntfyChannel } from '#lib/channels/ntfy.ts';
import { activitySince } from '#lib/data/activity.ts';
import { circuitBreaker } from '#lib/http/breaker/circuit-breaker.ts';
import { verdictOfStatus } from '#lib/http/breaker/verdict.ts';
import { outbound } from '#lib/http/outbound.ts';
import type { Work } from '#lib/messages/outcome.ts';
import { TOPICS, type Topic } from '#lib/messages/routes.ts';
import { type Clock, SECOND_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';
import { scheduleCommands } from '#lib/schedules/commands.ts';
import type { MemoryDoor } from './door.ts';
import type { MemoryPhone } from './phone.ts';

/** Work that parks or holds a message when it runs for the first time, with a push that says so; then the real work. */
export const waitsFirst =
  (work: Work, error: AppError): Work =>
  async (message, run) =>
    message.attempt > 1
      ? work(message, run)
      : {
          error,
          children: [
            {
              purpose: 'waits',
              message_type: 'notify',
              payload: { message: `${message.id} waits` },
            },
          ],
        };

/**
 * The real work of every consumer, with a phone in memory, on the clock of one container. Messages of other topics
 * complete without work.
 */
export const worksOf = ({
  phone,
  clock,
  log,
}: {
  phone: MemoryPhone;
  clock: Clock;
  log: Logger;
}): Record<Topic, Work> => {
  const channel = ntfyChannel({
    origin: 'https://push.example.com',
    topic: 'topic',
    token: undefined,
    client: phone.connect(clock),
    breaker: circuitBreaker({ service: 'ntfy', clock, log }),
    clock,
    log,
  });
  const others = TOPICS.map((topic): [Topic, Work] => [topic, async () => ({})]);
  return {
    ...(Object.fromEntries(others) as Record<Topic, Work>),
    messages: (message, run) => runJob(message, run, { nowMs: clock.now(), activitySince }),
    notifications: (message, run) =>
      deliver(message, run, { channel: () => channel, requireOn: () => {}, clock }),
    'schedule-creation': (message, run) =>
      applyChange(message, run, { stage: 'dev', clock, schedules: scheduleCommands }),
  };
};

const DOOR_TRY_MS = 10 * SECOND_MS;

/** Work that opens the door through its breaker, on the clock of one container, then the given work. */
export const doorWorkOf = ({
  door,
  clock,
  log,
}: {
  door: MemoryDoor;
  clock: Clock;
  log: Logger;
}): ((work: Work) => Work) => {
  const open = outbound({
    client: door.connect(clock),
    breaker: circuitBreaker({ service: DOOR, failOpen: false, clock, log }),
    tryMs: DOOR_TRY_MS,
    retries: 0,
    judge: ({ status }) => (status === 403 ? 'blocked' : verdictOfStatus(status)),
    responseError: ({ status }) =>
      status < 300 ? undefined : new AppError('unavailable', 'HTTP_5XX', `the door says ${status}`),
    clock,
  });
  return (work) => async (message, run) => {
    const { deadlineMs, signal } = run;
    const url = 'https://door.example/';
    await open({ method: 'PUT', url, deadlineMs, signal, repeatable: true });
    return work(message, run);
  };
};

/** The service of the door. The code does not name it. */
export const DOOR = 'http-door';
