/** Shows the schedules of the running platform, or of a stage: `make schedules STAGE=…`. */

import { localText, zoneOf } from '#lib/platform/zone.ts';
import { command } from './command.ts';
import { type ListedSchedule, listSchedules } from './list-schedules.ts';
import { printable } from './printable.ts';
import { readStage } from './stages.ts';
import { targetPlatform } from './target-platform.ts';
import { variables } from './variables.ts';

const HEAD = ['NAME', 'EXPRESSION', 'ZONE', 'NEXT FIRE THERE', 'STATUS', 'HEALTH', 'RUNS', 'ID'];

const main = async () => {
  const stage = readStage(variables().STAGE, 'make schedules');
  const rows = await listSchedules(await targetPlatform(stage));
  console.log(rows.length === 0 ? 'there is no schedule' : tableText(rows));
};

/** One line per schedule under a line of headings. */
export const tableText = (rows: readonly ListedSchedule[]): string => {
  const lines = [HEAD, ...rows.map((row) => cellsOf(row).map(printable))];
  const widths = HEAD.map((_, at) => Math.max(...lines.map((cells) => (cells[at] ?? '').length)));
  return lines
    .map((cells) => cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  '))
    .map((text) => text.trimEnd())
    .join('\n');
};

const cellsOf = (row: ListedSchedule): string[] => {
  const { name, schedule_expression, timezone, status, health, execution_count, id } = row;
  const next = row.next_fire_at === undefined ? '-' : timeThere(row.next_fire_at, timezone);
  return [name, schedule_expression, timezone, next, status, health, String(execution_count), id];
};

const timeThere = (time: string, timezone: string): string => {
  const atMs = Date.parse(time);
  return localText(atMs, zoneOf(timezone).offsetAt(atMs)).slice(0, 16).replace('T', ' ');
};

if (import.meta.main) await command(main);
