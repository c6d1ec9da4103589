import { Checkbox, Field, SelectField, TextField } from '#handlers/web/app/parts/field.tsx';
import { expressionWords } from './expression-words.ts';
import { expressionOf, type Recurrence, type RecurrenceKind, WEEKDAY_NAMES } from './recurrence.ts';

export interface RecurrenceFieldProps {
  recurrence: Recurrence;
  onChange: (recurrence: Recurrence) => void;
  onBlur: () => void;
  /** What is wrong with the expression. */
  error: string | undefined;
}

const KIND_OPTIONS: Readonly<Record<RecurrenceKind, string>> = {
  interval: 'Every few minutes, hours or days',
  daily: 'Every day at a time',
  weekdays: 'Every weekday, Monday to Friday',
  weekly: 'On days of the week',
  monthly: 'On a day of the month',
  once: 'Once',
  expression: 'Expression of EventBridge',
};
const UNIT_OPTIONS = { minutes: 'minutes', hours: 'hours', days: 'days' } satisfies Record<
  Recurrence['unit'],
  string
>;
const WEEKDAY_LABELS: Readonly<Record<(typeof WEEKDAY_NAMES)[number], string>> = {
  MON: 'Monday',
  TUE: 'Tuesday',
  WED: 'Wednesday',
  THU: 'Thursday',
  FRI: 'Friday',
  SAT: 'Saturday',
  SUN: 'Sunday',
};
const MONTH_DAYS: ReadonlyMap<string, string> = new Map([
  ...Array.from({ length: 31 }, (_, index) => [`${index + 1}`, `${index + 1}`] as const),
  ['L', 'the last day'],
]);

/** Controls for the common cases of an expression, and the expression itself for the others. */
export const RecurrenceField = ({ recurrence, onChange, onBlur, error }: RecurrenceFieldProps) => {
  const { kind } = recurrence;
  const expression = expressionOf(recurrence);
  const change = (changes: Partial<Recurrence>) => onChange({ ...recurrence, ...changes });
  const chooseKind = (chosen: string) => {
    const next = { ...recurrence, kind: chosen as RecurrenceKind };
    onChange(chosen === 'expression' && expression ? { ...next, text: expression } : next);
  };
  return (
    <div class="recurrence" onBlurCapture={onBlur}>
      <SelectField label="Repeats" value={kind} options={KIND_OPTIONS} onChange={chooseKind} />
      {kind === 'interval' && (
        <div class="field-row">
          <TextField
            label="Every"
            inputMode="numeric"
            value={recurrence.count}
            onInput={(count) => change({ count })}
            error={error}
          />
          <SelectField
            label="Unit"
            value={recurrence.unit}
            options={UNIT_OPTIONS}
            onChange={(unit) => change({ unit: unit as Recurrence['unit'] })}
          />
        </div>
      )}
      {kind === 'weekly' && (
        <fieldset class="weekdays">
          <legend>Days</legend>
          {WEEKDAY_NAMES.map((day) => (
            <Checkbox
              key={day}
              label={WEEKDAY_LABELS[day]}
              isChecked={recurrence.weekdays.includes(day)}
              onChange={(isChecked) =>
                change({
                  weekdays: WEEKDAY_NAMES.filter((one) =>
                    one === day ? isChecked : recurrence.weekdays.includes(one),
                  ),
                })
              }
            />
          ))}
        </fieldset>
      )}
      {kind === 'monthly' && (
        <Field label="Day of the month">
          {(control) => (
            <select
              {...control}
              value={recurrence.monthDay}
              onChange={(event) => change({ monthDay: event.currentTarget.value })}
            >
              {[...MONTH_DAYS].map(([value, text]) => (
                <option key={value} value={value}>
                  {text}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      {['daily', 'weekdays', 'weekly', 'monthly'].includes(kind) && (
        <Field label="At" error={error} help="In the time zone of the schedule.">
          {(control) => (
            <input
              {...control}
              type="time"
              value={recurrence.time}
              onInput={(event) => change({ time: event.currentTarget.value })}
            />
          )}
        </Field>
      )}
      {kind === 'once' && (
        <Field label="Date and time" error={error} help="In the time zone of the schedule.">
          {(control) => (
            <input
              {...control}
              type="datetime-local"
              value={recurrence.at}
              onInput={(event) => change({ at: event.currentTarget.value.slice(0, 16) })}
            />
          )}
        </Field>
      )}
      {kind === 'expression' && (
        <TextField
          label="Expression"
          isRequired
          help="rate(2 hours), cron(0 9 ? * MON-FRI *) or at(2027-01-31T09:00:00). The fields of cron: minutes, hours, day of month, month, day of week, year."
          placeholder="cron(0 9 ? * MON-FRI *)"
          value={recurrence.text}
          onInput={(text) => change({ text })}
          error={error}
        />
      )}
      {expression !== undefined && (
        <p class="recurrence-words" role="status">
          {expressionWords(expression) !== expression && (
            <>
              <bdi>{expressionWords(expression)}</bdi>{' '}
            </>
          )}
          <code class="muted">{expression}</code>
        </p>
      )}
    </div>
  );
};
