import { useState } from 'preact/hooks';
import { Panel } from '#handlers/web/app/parts/panel.tsx';
import { FirePreview } from '#handlers/web/app/schedules/fire-preview.tsx';
import { FireTable } from '#handlers/web/app/schedules/fire-table.tsx';
import type { ListedFire } from '#handlers/web/app/schedules/fire-words.ts';
import { DEFAULT_RECURRENCE } from '#handlers/web/app/schedules/recurrence.ts';
import { RecurrenceField } from '#handlers/web/app/schedules/recurrence-field.tsx';
import { RunStrip } from '#handlers/web/app/schedules/run-strip.tsx';
import { ZoneField } from '#handlers/web/app/schedules/zone-field.tsx';

const ZONE = 'Pacific/Auckland';
const timeOf = (day: number) => new Date(Date.UTC(2026, 2, day, 15)).toISOString();

const FIRES: readonly ListedFire[] = [
  { status: 'processing', late: false },
  { status: 'completed', late: false },
  { status: 'completed', late: true },
  { status: 'failed', late: false },
  { status: 'failed', late: true },
  { outcome: 'missed' as const, late: false },
  { outcome: 'skipped' as const, late: false },
].map((fire, index) => ({
  outcome: 'fired' as const,
  scheduled_time: timeOf(9 - index),
  ...(fire.status === undefined ? {} : { message_id: `msg_${index}` }),
  ...fire,
}));

/** The parts of the pages about schedules, in all states. */
export const ScheduleSpecimens = () => {
  const [recurrence, setRecurrence] = useState(DEFAULT_RECURRENCE);
  const [zone, setZone] = useState(ZONE);
  return (
    <Panel title="Schedules">
      <RunStrip fires={FIRES} />
      <FireTable fires={FIRES} zone={ZONE} />
      <FirePreview
        preview={{
          expression: 'cron(30 2 * * ? *)',
          timezone: ZONE,
          fires: [10, 11, 12].map((day) => ({ local: timeOf(day), utc: timeOf(day) })),
          warnings: [
            { kind: 'skipped', message: 'clocks go forward over 2026-03-29 02:30: skipped' },
            { kind: 'never', message: 'the expression has no date in the future' },
          ],
        }}
      />
      <RecurrenceField
        recurrence={recurrence}
        onChange={setRecurrence}
        onBlur={() => {}}
        error={recurrence.kind === 'expression' ? 'Is not rate(…), cron(…) or at(…).' : undefined}
      />
      <ZoneField value={zone} onChange={setZone} onBlur={() => {}} error={undefined} />
    </Panel>
  );
};
