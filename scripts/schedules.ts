/** Shows the schedules of the running platform: `make schedules`. */

import { localText, zoneOf } from '#lib/platform/zone.ts';
import { shownSchedule } from '#lib/schedules/presence/shown-schedule.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { command } from './command.ts';
import { localClients } from './local/clients.ts';
import { schedulesOf } from './local/fire.ts';
import { runningPlatform } from './local/running-platform.ts';
import { printable } from './printable.ts';

const HEAD = ['NAME', 'EXPRESSION', 'ZONE', 'NEXT FIRE THERE', 'STATUS', 'HEALTH', 'RUNS', 'ID'];

const main = async () => {
  const { dynamodb } = localClients(runningPlatform().endpoint);
  const rows = await schedulesOf(dynamodb);
  console.log(rows.length === 0 ? 'there is no schedule' : tableText(rows, Date.now()));
};

/** One line per schedule under a line of headings. */
export const tableText = (rows: readonly Schedule[], nowMs: number): string => {
  const lines = [HEAD, ...rows.map((row) => cellsOf(row, nowMs).map(printable))];
  const widths = HEAD.map((_, at) => Math.max(...lines.map((cells) => (cells[at] ?? '').length)));
  return lines
    .map((cells) => cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  '))
    .map((text) => text.trimEnd())
    .join('\n');
};

const cellsOf = (row: Schedule, nowMs: number): string[] => {
  const { name, schedule_expression, timezone, status, ...rest } = shownSchedule(row, nowMs);
  const nextMs = rest.next_fire_at === undefined ? undefined : Date.parse(rest.next_fire_at);
  const next = nextMs && localText(nextMs, zoneOf(timezone).offsetAt(nextMs)).slice(0, 16);
  const when = next ? next.replace('T', ' ') : '-';
  const runs = String(rest.execution_count);
  return [name, schedule_expression, timezone, when, status, rest.health, runs, rest.id];
};

if (import.meta.main) await command(main);
