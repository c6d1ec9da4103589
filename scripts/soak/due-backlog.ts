import { newMessage } from '#lib/messages/new-message.ts';
import { HOUR_MS, MINUTE_MS } from '#lib/platform/clock.ts';
import { newMessageId } from '#lib/platform/id.ts';
import { MESSAGES_TABLE } from '#test/support/world.ts';
import {
  type VolumeOptions,
  type VolumeReport,
  type VolumeWorld,
  volumeWorld,
} from './volume-world.ts';

/** The most wake-ups that one tick publishes. */
const LIMIT = 1_000;
/** Within this time after the functions consume again, everything is completed. Minutes. */
const MAX_MINUTES = 12 * 60;

export interface BacklogOptions extends VolumeOptions {
  /** How long the functions consume nothing. Minutes. */
  silentMinutes: number;
}

export interface BacklogOptions extends VolumeOptions {
  /** How long the functions consume nothing. Minutes. */
  silentMinutes: number;
}

/**
 * Many pushes that are all due, and functions that consume nothing for a time, often with two sweepers at once; then the
 * functions consume again (F08).
 */
export const dueBacklog = async ({
  messages,
  silentMinutes,
  ...options
}: BacklogOptions): Promise<VolumeReport> => {
  const run = volumeWorld(options);
  const { clock, counts, random, rules, world } = run;
  const broken: string[] = [];
  const perMinute: number[] = [];
  const publishedIn = async (minute: () => Promise<void>) => {
    const before = counts.published;
    await minute();
    return counts.published - before;
  };
  try {
    for (let n = 0; n < messages; n += 1) putDue(run);
    const startMs = clock.now();
    for (let n = 0; n < silentMinutes; n += 1) {
      const sweepers = random() < 0.5 ? 2 : 1;
      const published = await publishedIn(() => run.minute({ consumes: false, sweepers }));
      if (published > LIMIT * sweepers) broken.push(`${published} wake-ups in minute ${n}`);
      perMinute.push(published);
    }
    const silentGapMs = run.shortestGapMs();
    if (silentGapMs < MINUTE_MS) broken.push(`two wake-ups of a message within ${silentGapMs} ms`);
    const first = sum(perMinute.slice(0, silentMinutes / 2));
    const last = sum(perMinute.slice(silentMinutes / 2));
    if (last > first) broken.push(`wake-ups rose from ${first} to ${last}`);

    let minutes = 0;
    for (; counts.unfinished > 0 && minutes < MAX_MINUTES; minutes += 1) {
      await run.minute({ consumes: true, sweepers: 1 });
    }
    const after = await publishedIn(() => run.minute({ consumes: true, sweepers: 1 }));
    if (after > 0) broken.push(`${after} wake-ups after everything was completed`);
    if (counts.unfinished > 0) broken.push(`${counts.unfinished} messages are unfinished`);
    if (run.deadLetters() > 0) broken.push(`${run.deadLetters()} dead letters`);
    const shown = world.phone.shown().length;
    if (shown !== messages) broken.push(`${shown} of ${messages} pushes arrived`);
    if (world.phone.sent.length !== shown) broken.push('a push was sent twice');
    return {
      broken: [...broken, ...rules.broken()],
      figures: {
        'messages that are due': messages,
        'wake-ups in the first half of the time without consumers': first,
        'wake-ups in the second half': last,
        'most wake-ups in a minute': perMinute.reduce((most, one) => Math.max(most, one), 0),
        'shortest time between two wake-ups of a message, s': Math.round(silentGapMs / 1_000),
        'minutes until all pushes arrived': minutes,
        'pushes that arrived': shown,
        'dead letters': run.deadLetters(),
        'hours of simulated time': Math.round((clock.now() - startMs) / HOUR_MS),
      },
    };
  } finally {
    run.close();
  }
};

/** Puts a push whose wake-up was lost within the last hour. */
const putDue = ({ clock, random, world }: VolumeWorld): void => {
  const nowMs = clock.now() - MINUTE_MS - Math.floor(random() * HOUR_MS);
  const id = newMessageId(nowMs);
  const draft = { message_type: 'notify', payload: { message: id } } as const;
  const origin = { id, created_by: 'user:local', correlation_id: id };
  world.db.put(MESSAGES_TABLE, { ...newMessage(draft, origin, { stage: 'dev', nowMs }) });
};

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
