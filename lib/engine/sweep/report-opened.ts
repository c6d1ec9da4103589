import { type ProduceDeps, produceOnce } from '#lib/engine/produce.ts';
import type { BreakerState } from '#lib/http/breaker/breaker-schema.ts';
import type { Message } from '#lib/messages/message.ts';
import { newMessage } from '#lib/messages/new-message.ts';
import { DAY_MS } from '#lib/platform/clock.ts';
import type { Stage } from '#lib/platform/env.ts';
import { derivedMessageId } from '#lib/platform/id.ts';
import { stageCommand } from '#lib/platform/stage-command.ts';

/** A breaker that only a person can help to close. */
interface Opening {
  service: string;
  reason: 'credentials' | 'blocked';
  openedAt: string;
  openUntil: string;
}

/** Its breaker holds the push that would report it. The alarm `circuit-open` reports it. */
const PUSH_SERVICE = 'ntfy';

/** An older opening was reported, and the message of its push may have been deleted. Milliseconds. */
const REPORTED_FOR_MS = DAY_MS;

/**
 * Creates one push for every opening of a breaker with the reason `credentials` or `blocked`, however often it runs.
 * @returns the work of one tick, which returns the number of pushes that it created
 */
export const openingReports = (): ((
  breakers: ReadonlyMap<string, BreakerState>,
  where: { stage: Stage },
  deps: ProduceDeps,
) => Promise<number>) => {
  const reported = new Set<string>();
  return async (breakers, { stage }, deps) => {
    const nowMs = deps.clock.now();
    let created = 0;
    for (const [service, breaker] of breakers) {
      const opening = openingOf(service, breaker);
      if (opening === undefined || nowMs - Date.parse(opening.openedAt) > REPORTED_FOR_MS) continue;
      const push = pushMessage(opening, { stage, nowMs });
      if (reported.has(push.id)) continue;
      if (await produceOnce(push, deps)) created += 1;
      reported.add(push.id);
    }
    return created;
  };
};

const openingOf = (service: string, breaker: BreakerState): Opening | undefined => {
  const { state, reason, opened_at: openedAt, open_until: openUntil } = breaker;
  if (service === PUSH_SERVICE || state !== 'open') return undefined;
  if (reason !== 'credentials' && reason !== 'blocked') return undefined;
  if (openedAt === undefined || openUntil === undefined) return undefined;
  return { service, reason, openedAt, openUntil };
};

const pushMessage = (opening: Opening, at: { stage: Stage; nowMs: number }): Message => {
  const { service, reason, openedAt } = opening;
  const openedMs = Date.parse(openedAt);
  return newMessage(
    { message_type: 'notify', payload: pushOf(opening, at.stage) },
    {
      id: derivedMessageId(openedMs, 'opened', service, reason, openedMs),
      created_by: 'sweeper',
      correlation_id: `opened-${service}`.slice(0, 64),
    },
    at,
  );
};

const pushOf = ({ service, reason, openUntil }: Opening, stage: Stage) => {
  const trial = `Trials begin at ${openUntil.slice(11, 16)} UTC. Messages for ${service} wait until one succeeds.`;
  return reason === 'credentials'
    ? {
        title: `${service} refuses our credentials`,
        message: [`Calls to ${service} are stopped.`, cureOf(service, stage), trial].join('\n'),
        priority: 'high',
        tags: ['key'],
      }
    : {
        title: `${service} blocks automated calls`,
        message: [
          `Calls to ${service} are stopped, because it asks for a check that only a person in a browser can pass.`,
          "Until it stops asking, use the provider's own page.",
          trial,
        ].join('\n'),
        priority: 'high',
        tags: ['no_entry'],
      };
};

const cureOf = (service: string, stage: Stage): string => {
  const [kind, ...rest] = service.split('-');
  if (kind === 'http') return setSecret(`http/${rest.join('-')}`, stage);
  if (kind === 'cps') return setSecret('golf/credentials', stage);
  if (service === 'model')
    return `Set the right key: ${stageCommand('make set NAME=model-key', stage)}`;
  return `Check what the platform sends to ${service} to identify itself.`;
};

const setSecret = (name: string, stage: Stage): string =>
  `Set the right secret: ${stageCommand(`make secret NAME=${name}`, stage)}`;
