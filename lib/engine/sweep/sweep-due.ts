import { bump, type DueKey, findDue } from '#lib/data/messages/message-sweeps.ts';
import { markQueued } from '#lib/data/messages/messages.ts';
import { giveUpIfNeeded } from '#lib/engine/give-up.ts';
import type { ProduceDeps } from '#lib/engine/produce.ts';
import type { Message } from '#lib/messages/message.ts';
import { isTerminal } from '#lib/messages/transitions.ts';
import { MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { fulfilledOf } from './fulfilled.ts';
import { readRows } from './read-rows.ts';

export interface SweepDeps extends ProduceDeps {
  /** Stop at this time; the next tick continues. Milliseconds since the Unix epoch. */
  deadlineMs: number;
}

/** The margin for the difference between clocks. Milliseconds. */
const CLOCK_MARGIN_MS = 5 * SECOND_MS;
const MAX_PER_TICK = 1_000;
const CHUNK = 10;
const MARK_TIMEOUT_MS = SECOND_MS;
const MIN_BUMP_MS = MINUTE_MS;
const MAX_BUMP_MS = 15 * MINUTE_MS;

export interface DueReport {
  /** The longest time that a message is overdue. Seconds. */
  oldestDueSeconds: number;
  published: number;
  ended: number;
  /** Why messages wait for configuration that was missing or unusable in several runs. Distinct. */
  configurationProblems: ReadonlySet<string>;
}

type OpenReport = DueReport & { configurationProblems: Set<string> };

/**
 * Publishes the wake-ups of everything that is due: lost wake-ups, parked messages, messages of a killed function. Each
 * message is bumped by the time that it is overdue, so a backlog is published less and less often. The bump is
 * conditional, so two sweepers at the same time do no harm.
 * @throws AppError `unavailable` when DynamoDB is unavailable; the next tick repeats the work
 */
export const sweepDue = async (deps: SweepDeps): Promise<DueReport> => {
  const { clock, deadlineMs } = deps;
  const report: OpenReport = {
    ...{ oldestDueSeconds: 0, published: 0, ended: 0 },
    configurationProblems: new Set(),
  };
  const keys = await findDue({ untilMs: clock.now() - CLOCK_MARGIN_MS, limit: MAX_PER_TICK });

  for (let start = 0; start < keys.length && clock.now() < deadlineMs; start += CHUNK) {
    const chunk = keys.slice(start, start + CHUNK);
    const { rows, unreadable } = await readRows(
      chunk.map(({ id }) => id),
      deps,
    );
    const handled = await Promise.allSettled(
      chunk.map(async (key) => {
        if (unreadable.has(key.id))
          return measure(report, clock.now() - Date.parse(key.next_due_at));
        return handle(key, rows.get(key.id), report, deps);
      }),
    );
    const { values, storeError } = fulfilledOf(handled, chunk, deps.log);
    // Bumped messages are published even if others failed. Otherwise they wait until they are due again.
    await publish(values, report, deps);
    if (storeError) throw storeError;
  }
  return report;
};

/** @returns the message to publish, if this sweeper bumped it */
const handle = async (
  key: DueKey,
  row: Message | undefined,
  report: OpenReport,
  deps: SweepDeps,
): Promise<Message | undefined> => {
  const nowMs = deps.clock.now();
  if (row === undefined) return undefined;
  if (isTerminal(row.status) || row.next_due_at !== key.next_due_at) return undefined;
  const overdueMs = nowMs - dueSinceMs(row);
  measure(report, overdueMs);
  if (waitsForConfiguration(row)) report.configurationProblems.add(row.error_message ?? '');
  if (await giveUpIfNeeded(row, deps)) {
    report.ended += 1;
    return undefined;
  }
  const waitMs = Math.min(MAX_BUMP_MS, Math.max(MIN_BUMP_MS, overdueMs));
  const jitterMs = Math.random() * MIN_BUMP_MS * 0.1;
  return (await bump(key, nowMs + waitMs + jitterMs)) ? row : undefined;
};

/** SSM and Secrets Manager may fail for a short time. After so many runs, a person has to act. Count. */
const RUNS_WITHOUT_CONFIGURATION = 3;

const waitsForConfiguration = ({ error_code, retry_count }: Message): boolean =>
  error_code === 'CONFIG_UNAVAILABLE' && retry_count >= RUNS_WITHOUT_CONFIGURATION;

const measure = (report: DueReport, overdueMs: number): undefined => {
  report.oldestDueSeconds = Math.max(report.oldestDueSeconds, Math.floor(overdueMs / SECOND_MS));
};

/** Since when the message is due. A bump changes none of these fields. */
const dueSinceMs = ({ updated_date, not_before, lease_until }: Message): number =>
  Math.max(...[updated_date, not_before, lease_until].map((at) => (at ? Date.parse(at) : 0)));

const publish = async (rows: readonly Message[], report: DueReport, deps: SweepDeps) => {
  if (rows.length === 0) return;
  const { clock, log, publisher } = deps;
  try {
    const accepted = await publisher.publishAll(rows, { nowMs: clock.now() });
    report.published += accepted.size;
    const refused = rows.filter(({ id }) => !accepted.has(id)).map(({ id }) => id);
    if (refused.length > 0)
      log.error({ message_ids: refused }, 'wake-ups not accepted, a later tick retries them');
    const fresh = rows.filter(({ id, status }) => status === 'created' && accepted.has(id));
    await Promise.allSettled(
      fresh.map(({ id }) => markQueued(id, { nowMs: clock.now(), timeoutMs: MARK_TIMEOUT_MS })),
    );
  } catch (error) {
    log.error(
      { err: error, messages: rows.length },
      'wake-ups not published, a later tick retries them',
    );
  }
};
