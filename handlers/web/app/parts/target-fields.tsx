import {
  type ScheduleValues,
  TARGET_TYPE_OF,
  type TargetMessageType,
} from '#handlers/web/app/schedules/schedule-values.ts';
import type { ScheduleForm } from '#handlers/web/app/schedules/use-schedule-form.ts';
import { SelectField, TextField } from './field.tsx';

const TYPE_OPTIONS = Object.fromEntries(
  Object.keys(TARGET_TYPE_OF).map((type) => [type, type]),
) as Record<TargetMessageType, string>;

/** The fields for the message that each fire creates. */
export const TargetFields = ({ form }: { form: ScheduleForm }) => {
  const { values } = form.draft;
  return (
    <>
      <SelectField
        label="Message type"
        value={values.message_type}
        options={TYPE_OPTIONS}
        error={form.problemAt('target.message_type')}
        onChange={(type) => form.change({ message_type: type as ScheduleValues['message_type'] })}
      />
      <TextField
        label="Payload"
        isRequired
        lines={5}
        help="A JSON object."
        value={values.payload}
        error={form.problemAt('target.payload')}
        onInput={(payload) => form.change({ payload })}
        onBlur={() => form.leave('target.payload')}
      />
      <TextField
        label="Arguments"
        lines={3}
        help="A JSON object, or empty."
        value={values.arguments}
        error={form.problemAt('target.arguments')}
        onInput={(text) => form.change({ arguments: text })}
        onBlur={() => form.leave('target.arguments')}
      />
    </>
  );
};
