import { OPEN_MS } from '#lib/http/breaker/breaker-rules.ts';
import type { Message } from '#lib/messages/message.ts';
import { HOUR_MS, iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import {
  type VolumeOptions,
  type VolumeReport,
  type VolumeWorld,
  volumeWorld,
} from './volume-world.ts';

export interface OutageOptions extends VolumeOptions {
  /** How long ntfy refuses pushes. */
  hours: number;
  /** The validity of a push is between these. Without it, pushes have their usual validity of 72 hours. */
  validHours?: { from: number; to: number };
  /** In the last hours of the outage, the functions and the sweeper do not run either. */
  silentHours?: number;
}

/**
 * A push may expire until then after the outage: the breaker has to close first, and a push whose trial failed is parked
 * for up to 15 minutes. Milliseconds.
 */
const CLOSING_MS = 20 * MINUTE_MS;
/** Two functions that fail a message in the same millisecond both count it. */
const COUNTED_TWICE = 0.01;
/** Within this time after the outage, everything has ended and is reported. Hours. */
const MAX_HOURS = 24;
/** The breaker needs a few failures before it opens. */
const FIRST_TRIES = 100;
const MAX_RECEIVES = 3;

/** Pushes that are created while ntfy refuses them, and everything that happens to them afterwards (F27, F28). */
export const outage = async (options: OutageOptions): Promise<VolumeReport> => {
  const { hours, messages, silentHours = 0 } = options;
  const run = volumeWorld(options);
  const { clock, counts, world } = run;
  const startMs = clock.now();
  try {
    world.phone.answer(503);
    const minutes = hours * 60;
    for (let n = 0; n < minutes; n += 1) {
      const due = Math.floor(((n + 1) * messages) / minutes) - Math.floor((n * messages) / minutes);
      await Promise.all(Array.from({ length: due }, () => post(run, options)));
      const isSilent = n >= minutes - silentHours * 60;
      await run.minute({ consumes: !isSilent, sweepers: isSilent ? 0 : 1 });
    }
    world.phone.answer(undefined);
    const during = { ...counts };
    const recoveredMs = clock.now();
    let recovery = 0;
    for (; counts.unfinished > 0 && recovery < MAX_HOURS * 60; recovery += 1) {
      await run.minute({ consumes: true, sweepers: 1 });
    }
    // The last hour closes, its expired messages are reported, and the report arrives.
    for (let n = 0; n < 70; n += 1) await run.minute({ consumes: true, sweepers: 1 });
    const found = outcomesOf(run, recoveredMs);
    return {
      broken: [...brokenRules(run, options, { ...found, during }), ...run.rules.broken()],
      figures: {
        'hours of the outage': hours,
        'pushes created during it': messages,
        'tries to publish during it': during.tries,
        'trials allowed, one in 30 seconds': (hours * HOUR_MS) / OPEN_MS,
        'held messages released for a trial': during.released,
        'delivered afterwards': found.delivered,
        expired: found.expired.length,
        'summaries of expired messages': found.summaries.length,
        'expired after the outage': found.afterwards,
        'minutes until all have ended': recovery,
        'most receives of a wake-up': counts.receives,
        'most receives of a message': run.mostReceives(),
        'dead letters': run.deadLetters(),
        'hours of simulated time': Math.round((clock.now() - startMs) / HOUR_MS),
      },
    };
  } finally {
    run.close();
  }
};

const post = ({ clock, random, world }: VolumeWorld, { validHours }: OutageOptions) => {
  const validMs =
    validHours && (validHours.from + random() * (validHours.to - validHours.from)) * HOUR_MS;
  return world.post({
    message_type: 'notify',
    payload: { message: 'a push' },
    ...(validMs === undefined ? {} : { valid_until: iso(clock.now() + validMs) }),
  });
};

const isSummary = ({ created_by }: Message): boolean => created_by === 'sweeper';

const outcomesOf = ({ world }: VolumeWorld, recoveredMs: number) => {
  const rows = world.rows();
  const byId = new Map(rows.map((row) => [row.id, row]));
  const expired = rows.filter(({ error_code }) => error_code === 'EXPIRED');
  return {
    rows,
    expired,
    summaries: rows.filter(isSummary),
    delivered: rows.filter((row) => row.status === 'completed' && !isSummary(row)).length,
    afterwards: expired.filter(({ valid_until }) => Date.parse(valid_until) > recoveredMs).length,
    late: expired.filter(({ valid_until }) => Date.parse(valid_until) > recoveredMs + CLOSING_MS),
    afterValidity: world.phone.sent.filter(({ sequence_id, time }) => {
      const validMs = Date.parse(byId.get(sequence_id)?.valid_until ?? '');
      return !(time * SECOND_MS <= validMs);
    }),
  };
};

type Found = ReturnType<typeof outcomesOf> & { during: VolumeWorld['counts'] };

const brokenRules = (
  run: VolumeWorld,
  { hours, messages }: OutageOptions,
  { rows, expired, summaries, delivered, late, afterValidity, during }: Found,
): string[] => {
  const { counts, world } = run;
  const reported = summaries.reduce((sum, { payload }) => sum + countIn(payload), 0);
  const rules: readonly [isBroken: boolean, sentence: string][] = [
    [counts.unfinished > 0, `${counts.unfinished} messages are unfinished`],
    [rows.length !== messages + summaries.length, `${rows.length} rows of ${messages} messages`],
    [delivered + expired.length !== messages, `${delivered} delivered, ${expired.length} expired`],
    [world.phone.shown().length !== delivered + summaries.length, 'a delivered push is not shown'],
    [world.phone.sent.length !== world.phone.shown().length, 'a push was sent twice'],
    [afterValidity.length > 0, `${afterValidity.length} pushes after their validity`],
    [late.length > 0, `${late.length} valid pushes expired after the outage`],
    [summaries.length > hours, `${summaries.length} summaries in ${hours} hours`],
    [expired.some(isSummary), 'a summary expired'],
    [
      reported < expired.length || reported > expired.length * (1 + COUNTED_TWICE),
      `${reported} of ${expired.length} expired messages reported`,
    ],
    [
      during.tries > FIRST_TRIES + (hours * HOUR_MS) / OPEN_MS,
      `${during.tries} tries to publish in ${hours} hours`,
    ],
    [
      during.released > hours * 60,
      `${during.released} messages released for trials in ${hours} hours`,
    ],
    [counts.receives > MAX_RECEIVES, `a wake-up was received ${counts.receives} times`],
    [run.deadLetters() > 0, `${run.deadLetters()} dead letters`],
    [expired.some(({ strikes }) => strikes > 0), 'an expired message has a strike'],
  ];
  return rules.filter(([isBroken]) => isBroken).map(([, sentence]) => sentence);
};

/** The number of messages that a summary reports. */
const countIn = (payload: Message['payload']): number =>
  Number.parseInt(String((payload as { title?: string }).title), 10);
