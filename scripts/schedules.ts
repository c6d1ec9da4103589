/** Shows the schedules of the running platform: `make schedules`. */
import { shownSchedule } from '#lib/schedules/presence/shown.ts';
import { localText, zoneOf } from '#lib/schedules/timetable/zone.ts';
import { command } from './command.ts';
import { localClients } from './local/clients.ts';
import { schedulesOf } from './local/fire.ts';
import { running } from './local/running.ts';

const HEAD = ['NAME', 'EXPRESSION', 'ZONE', 'NEXT FIRE THERE', 'STATUS', 'HEALTH', 'RUNS', 'ID'];

const main = async () => {
  const { dynamodb } = localClients(running().endpoint);
  const nowMs = Date.now();
  const lines = (await schedulesOf(dynamodb)).map((row) => {
    const { name, schedule_expression, timezone, status, ...one } = shownSchedule(row, nowMs);
    const nextMs = one.next_fire_at === undefined ? undefined : Date.parse(one.next_fire_at);
    const next = nextMs && localText(nextMs, zoneOf(timezone).offsetAt(nextMs)).slice(0, 16);
    const when = next ? next.replace('T', ' ') : '-';
    return [
      name,
      schedule_expression,
      timezone,
      when,
      status,
      one.health,
      `${one.execution_count}`,
      one.id,
    ];
  });
  if (lines.length === 0) return console.log('there is no schedule');
  const widths = HEAD.map((_, at) =>
    Math.max(...[HEAD, ...lines].map((line) => (line[at] ?? '').length)),
  );
  for (const line of [HEAD, ...lines]) {
    console.log(
      line
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
};

await command(main);
