/** Parameters and secrets without a value, and flags whose value cannot be used. */
import type { Check, CheckLine } from './check.ts';
import type { StageReader, StoredFlag } from './stage-reader.ts';
import type { DoctorTarget } from './target.ts';

type Reader<Name extends keyof StageReader> = () => Promise<Pick<StageReader, Name>>;

export const parametersCheck = (
  reader: Reader<'requiredParameters' | 'missing'>,
  { stage, call, isLocal }: DoctorTarget,
): Check => ({
  name: 'parameters',
  fix: `${call} with credentials that may call ssm:GetParameters and ssm:GetParametersByPath`,
  run: async () => {
    const { requiredParameters, missing } = await reader();
    const [required, { parameters }] = await Promise.all([requiredParameters(), missing()]);
    const lines: CheckLine[] = [
      ...required
        .filter(({ exists }) => !exists)
        .map(({ name }) => ({
          state: 'failed' as const,
          name: `parameter ${name}`,
          text: 'has no value, and the platform needs it',
          fix: fixOfRequired(name, { stage, isLocal }),
        })),
      ...parameters.map(({ name, needed_for, command }) => ({
        state: 'warning' as const,
        name: `parameter ${name}`,
        text: `has no value; needed for ${needed_for}`,
        fix: command,
      })),
    ];
    if (lines.length > 0) return lines;
    return [{ state: 'ok', name: 'parameters', text: 'all have a value' }];
  },
});

export const secretsCheck = (reader: Reader<'missing'>, { call }: DoctorTarget): Check => ({
  name: 'secrets',
  fix: `${call} with credentials that may call secretsmanager:DescribeSecret`,
  run: async () => {
    const { missing } = await reader();
    const { secrets } = await missing();
    if (secrets.length === 0) return [{ state: 'ok', name: 'secrets', text: 'all have a value' }];
    return secrets.map(({ name, needed_for, command }) => ({
      state: 'warning',
      name: `secret ${name}`,
      text: `has no value; needed for ${needed_for}`,
      fix: command,
    }));
  },
});

export const flagsCheck = (reader: Reader<'flags'>, { stage, call }: DoctorTarget): Check => ({
  name: 'flags',
  fix: `${call} with credentials that may call ssm:GetParameters`,
  run: async () => {
    const { flags } = await reader();
    return (await flags()).map((flag) => flagLine(flag, stage));
  },
});

const flagLine = ({ name, value, fallback }: StoredFlag, stage: string): CheckLine => {
  const line = { name: `flag ${name}` };
  if (value === 'on' || value === 'off') return { ...line, state: 'ok', text: value };
  return {
    ...line,
    state: 'failed',
    text: `${value === undefined ? 'has no value' : 'its value is malformed'}, so it counts as ${fallback}`,
    fix: `aws ssm put-parameter --name /rez-agent/${stage}/flags/${name} --type String --overwrite --value ${fallback}`,
  };
};

const fixOfRequired = (
  name: string,
  { stage, isLocal }: Pick<DoctorTarget, 'stage' | 'isLocal'>,
): string => {
  if (isLocal) return 'RESET=1 make dev';
  return name.startsWith('ntfy-')
    ? `make set NAME=${name} STAGE=${stage}`
    : `node_modules/.bin/node scripts/platform-keys.ts ${stage}`;
};
