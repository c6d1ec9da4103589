import * as z from 'zod/mini';
import { PreviewBody, previewFires } from '#lib/schedules/preview-fires.ts';
import { describedShape } from '#lib/tools/described-shape.ts';
import { defineDirectTool } from '#lib/tools/direct-tool.ts';
import { SCHEDULE_FIELD_TEXTS } from './schedule-texts.ts';

const Fire = z.strictObject(
  describedShape(
    { local: z.string(), utc: z.string() },
    {
      local: 'Local time in the time zone, with its offset.',
      utc: 'The same time. ISO 8601, UTC.',
    },
  ),
);

/** `preview_schedule` */
export const previewScheduleTool = defineDirectTool({
  name: 'preview_schedule',
  title: 'Preview a schedule',
  description:
    'Calculates the next fires of a schedule expression, without creating anything. It checks the expression like create_schedule does, and warns about clock changes.',
  role: 'viewer',
  hint: 'read',
  isIdempotent: true,
  isOpenWorld: false,
  input: z.strictObject(
    describedShape(PreviewBody.shape, {
      expression: SCHEDULE_FIELD_TEXTS.schedule_expression,
      timezone: SCHEDULE_FIELD_TEXTS.timezone,
      count: 'The maximum number of fires, 1 to 50.',
      start_date: SCHEDULE_FIELD_TEXTS.start_date,
      end_date: SCHEDULE_FIELD_TEXTS.end_date,
    }),
  ),
  output: z.strictObject(
    describedShape(
      {
        expression: z.string(),
        timezone: z.string(),
        fires: z.array(Fire),
        warnings: z.array(z.string()),
      },
      {
        expression: 'The expression in its normal form.',
        timezone: 'The time zone of the expression.',
        fires: 'The next fires, earliest first.',
        warnings: 'What is unexpected, such as a local time that does not exist on some day.',
      },
    ),
  ),
  answer: async (input, _call, { clock }) => {
    const { expression, timezone, fires, warnings } = previewFires(input, clock.now());
    const shown = fires.map(({ local, utc }) => ({ local, utc }));
    const texts = warnings.map(({ message }) => message);
    return {
      text: [
        `${expression} in ${timezone}:`,
        ...(shown.length === 0
          ? ['It would never fire.']
          : shown.map(({ local, utc }) => `${local} (${utc})`)),
        ...texts,
      ].join('\n'),
      data: { expression, timezone, fires: shown, warnings: texts },
    };
  },
});
