import type { ApiSchedule } from '#handlers/web/app/api/responses.ts';
import { DelayedTextField } from '#handlers/web/app/parts/delayed-text-field.tsx';
import { SelectField } from '#handlers/web/app/parts/field.tsx';
import {
  SCHEDULE_ORDERS,
  type ScheduleFilterValues,
  type ScheduleOrder,
} from './filter-schedules.ts';

export interface ScheduleFiltersProps {
  filters: ScheduleFilterValues;
  order: ScheduleOrder;
  /** The number of schedules by health, for the choices. */
  counts: ReadonlyMap<ApiSchedule['health'], number>;
  onChange: (changes: Readonly<Record<string, string>>) => void;
}

const STATUS_OPTIONS = {
  '': 'all but deleted',
  active: 'active',
  paused: 'paused',
  completed: 'completed',
  error: 'error',
  deleted: 'deleted',
} satisfies Record<ApiSchedule['status'] | '', string>;

const HEALTHS = ['down', 'late', 'up', 'new', 'paused'] as const satisfies ApiSchedule['health'][];

const ORDER_OPTIONS = {
  name: 'name',
  next: 'next fire',
  last: 'last fire',
} satisfies Record<ScheduleOrder, string>;

/** The filters and the order above a list of schedules. */
export const ScheduleFilters = ({ filters, order, counts, onChange }: ScheduleFiltersProps) => (
  <search>
    <form
      class="filters schedule-filters"
      aria-label="Filters"
      onSubmit={(event) => event.preventDefault()}
    >
      <DelayedTextField
        label="Search"
        placeholder="name, time, zone …"
        value={filters.text}
        onChange={(text) => onChange({ text })}
      />
      <SelectField
        label="Health"
        value={filters.health}
        options={{
          '': 'any',
          ...Object.fromEntries(
            HEALTHS.map((health) => [health, `${health} (${counts.get(health) ?? 0})`]),
          ),
        }}
        onChange={(health) => onChange({ health })}
      />
      <SelectField
        label="Status"
        value={filters.status}
        options={STATUS_OPTIONS}
        onChange={(status) => onChange({ status })}
      />
      <SelectField
        label="Order"
        value={order}
        options={ORDER_OPTIONS}
        onChange={(chosen) => onChange({ order: chosen === SCHEDULE_ORDERS[0] ? '' : chosen })}
      />
    </form>
  </search>
);
