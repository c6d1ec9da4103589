import {
  type ConditionStates,
  putConditions,
  readConditions,
  type StoredConditions,
} from '#lib/data/counters/conditions.ts';
import { type ProduceDeps, produceOnce } from '#lib/engine/produce.ts';
import { newMessage } from '#lib/messages/new-message.ts';
import { DAY_MS, iso } from '#lib/platform/clock.ts';
import type { Stage } from '#lib/platform/env.ts';
import { derivedMessageId } from '#lib/platform/id.ts';
import type { ConditionState } from './condition-schema.ts';

/** What a watch found about one condition. */
export interface Finding {
  /** Identifies the condition: `queue-deep-notifications`. */
  name: string;
  on: boolean;
  /** When it changed, if the watch knows. Milliseconds since the Unix epoch. Default: now. */
  sinceMs?: number;
  /** The push about this state, if it is a change. */
  push: ConditionState['push'];
}

/**
 * Finds the state of some conditions.
 * @param isOn whether a condition was on at the last change. A watch uses it so that a value close to a limit does not
 * change the condition at every tick
 */
export type Watch = (isOn: (name: string) => boolean) => Promise<readonly Finding[]>;

export interface WatchDeps extends ProduceDeps {
  stage: Stage;
}

/** An older change was reported, and the message of its push may have been deleted. Milliseconds. */
const REPORTED_FOR_MS = DAY_MS;

/**
 * Creates one push for every change of a condition, however often it runs. The change is stored before its push is put,
 * with the text of the push. A tick that dies in between leaves the push to the next one.
 * @returns the work of one tick: takes the findings of a watch, and returns the number of pushes that it created
 */
export const conditionReports = () => {
  const reported = new Set<string>();

  const report = async (states: ConditionStates, deps: WatchDeps): Promise<number> => {
    const nowMs = deps.clock.now();
    let created = 0;
    for (const [name, state] of Object.entries(states)) {
      const sinceMs = Date.parse(state.since);
      const change = `${name} ${state.on} ${state.since}`;
      if (reported.has(change) || nowMs - sinceMs > REPORTED_FOR_MS) continue;
      if (await produceOnce(pushMessage(name, state, { stage: deps.stage, nowMs }), deps))
        created += 1;
      reported.add(change);
    }
    return created;
  };

  return async (watch: Watch, deps: WatchDeps): Promise<number> => {
    const stored = await readConditions();
    // Also the pushes of a tick that died.
    const earlier = await report(stored.states, deps);
    const findings = await watch((name) => stored.states[name]?.on === true);
    const changed = changedBy(findings, stored, deps.clock.now());
    if (changed === undefined || !(await putConditions(changed))) return earlier;
    return earlier + (await report(changed.states, deps));
  };
};

/** The conditions after the findings. `undefined` when nothing changes. A condition that was never on counts as off. */
const changedBy = (
  findings: readonly Finding[],
  { revision, states }: StoredConditions,
  nowMs: number,
): StoredConditions | undefined => {
  const changes = findings.filter(({ name, on }) => (states[name]?.on ?? false) !== on);
  if (changes.length === 0) return undefined;
  const kept = Object.entries(states).filter(
    ([, { on, since }]) => on || nowMs - Date.parse(since) <= REPORTED_FOR_MS,
  );
  const changed = changes.map(({ name, on, sinceMs = nowMs, push }) => [
    name,
    { on, since: iso(sinceMs), push },
  ]);
  return { revision, states: { ...Object.fromEntries(kept), ...Object.fromEntries(changed) } };
};

const pushMessage = (
  name: string,
  { on, since, push }: ConditionState,
  at: { stage: Stage; nowMs: number },
) =>
  newMessage(
    { message_type: 'notify', payload: push },
    {
      id: derivedMessageId(Date.parse(since), 'condition', name, String(on), since),
      created_by: 'sweeper',
      correlation_id: `condition-${name}`.slice(0, 64),
    },
    at,
  );
