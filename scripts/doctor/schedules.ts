/** The schedules in EventBridge against the rows. */
import type { Check, CheckLine } from './check.ts';
import type { StageReader } from './stage-reader.ts';
import type { DoctorTarget } from './target.ts';

const MEANINGS = {
  missing: 'is missing in EventBridge, so it does not fire',
  edited: 'was edited or disabled in EventBridge',
  unneeded: 'is in EventBridge, and no schedule of the platform needs it',
} as const;

export const schedulesCheck = (
  reader: () => Promise<Pick<StageReader, 'schedules'>>,
  { stage, call }: DoctorTarget,
): Check => ({
  name: 'schedules',
  fix: `${call} with credentials that may call scheduler:ListSchedules, dynamodb:Query and dynamodb:GetItem`,
  run: async () => {
    const { schedules } = await reader();
    const differences = await schedules();
    const lines = (['missing', 'edited', 'unneeded'] as const).flatMap((kind) =>
      differences[kind].map(
        (name): CheckLine => ({
          state: 'failed',
          name: 'schedules',
          text: `${name} ${MEANINGS[kind]}`,
          fix: `the sweeper repairs it within a minute; if not: aws logs tail /aws/lambda/rez-agent-sweeper-${stage} --since 10m`,
        }),
      ),
    );
    if (lines.length > 0) return lines;
    const { active } = differences;
    const text = `${active} active, and EventBridge has the same`;
    return [{ state: 'ok', name: 'schedules', text }];
  },
});
