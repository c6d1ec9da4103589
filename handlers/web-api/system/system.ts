import { operation } from '#handlers/web-api/operation.ts';
import { iso } from '#lib/platform/clock.ts';
import { env, stage } from '#lib/platform/env.ts';

/** The state of the platform: everything that an operator looks at first. A part that cannot be read is `null`. */
export const getSystem = operation({}, async ({ log }, { clock, checkDeeply, readSystem }) => {
  const [health, report] = await Promise.all([checkDeeply(log), readSystem(log)]);
  return {
    status: 200,
    body: { timestamp: iso(clock.now()), stage, version: env('VERSION'), health, ...report },
  };
});
