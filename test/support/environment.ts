import { requiredVariables } from '#lib/platform/env.ts';
import { tableNames } from './terraform.ts';

const AT = 'us-east-1:000000000000';

/**
 * A value in stage dev for every variable that must be set. A table has the name from Terraform. Any other value is
 * the first candidate that the declared shape accepts.
 */
export const requiredEnvironment = (): Record<string, string> => {
  const tables = tableNames();
  return Object.fromEntries(
    requiredVariables().map(({ name, accepts }) => {
      const words = name.toLowerCase().replaceAll('_', '-');
      const thing = `rez-agent-${words.replace(/(-topic|-queue|-role)?-arn$/, '')}-dev`;
      const candidates = [
        tables.get(name) ?? '',
        `arn:aws:sns:${AT}:${thing}`,
        `arn:aws:sqs:${AT}:${thing}`,
        `arn:aws:iam::000000000000:role/${thing}`,
        `arn:aws:scheduler:${AT}:schedule-group/rez-agent-dev`,
        `https://${words}.example`,
        words,
        '1',
      ];
      const value = candidates.find(accepts);
      if (value === undefined) throw new Error(`add a candidate for the shape of ${name}`);
      return [name, value];
    }),
  );
};
