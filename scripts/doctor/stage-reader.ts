/** What the checks read with the code of the platform. Import it after `useStageEnvironment`. */
import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import type { MissingValue } from '#handlers/web-api/system/missing-configuration.ts';
import { readNtfyConfig } from '#lib/channels/ntfy-config.ts';
import { FLAG_NAMES, flagParameter, parseFlag, valueWithout } from '#lib/config/flags.ts';
import { parameterPath, readParameters } from '#lib/config/ssm.ts';
import { allowedOrigins } from '#lib/http/allowed-origins.ts';
import { httpClient } from '#lib/http/client.ts';
import type { HttpResponse } from '#lib/http/response.ts';
import { configClientConfig } from '#lib/platform/aws.ts';
import { type Clock, SECOND_MS } from '#lib/platform/clock.ts';
import { findGroupDifferences, type GroupDifferences } from '#lib/schedules/group-differences.ts';
import { missingValues } from '#scripts/configuration/missing-values.ts';

/** A flag as it is stored. */
export interface StoredFlag {
  name: string;
  /** `undefined` when the parameter does not exist, `malformed` when its value cannot be used. */
  value: 'on' | 'off' | 'malformed' | undefined;
  /** What the flag counts as while it has no usable value. */
  fallback: 'on' | 'off';
}

export interface StageReader {
  /** The parameters without which the platform does not work, and whether each exists. No value is decrypted. */
  requiredParameters: () => Promise<{ name: string; exists: boolean }[]>;
  missing: () => Promise<{ parameters: MissingValue[]; secrets: MissingValue[] }>;
  flags: () => Promise<StoredFlag[]>;
  schedules: () => Promise<GroupDifferences>;
  /**
   * What the ntfy server responds to a request for its health.
   * @throws AppError whose message contains no part of the address
   */
  ntfyHealth: () => Promise<Pick<HttpResponse, 'status' | 'body'>>;
}

const TIMEOUT_MS = 10 * SECOND_MS;
const REQUIRED = ['ntfy-url', 'ntfy-token', 'cursor-key', 'oauth-key'];

export interface StageReaderOptions {
  clock: Clock;
  /** The origins that the function `notification` may call although they are on this machine. */
  localOrigins: () => Promise<readonly string[]>;
}

export const stageReader = ({ clock, localOrigins }: StageReaderOptions): StageReader => ({
  requiredParameters: async () => {
    const stored = await readParameters(REQUIRED);
    return REQUIRED.map((name) => ({ name, exists: stored.has(name) }));
  },
  missing: () => missingValues(AbortSignal.timeout(TIMEOUT_MS)),
  flags: async () => {
    const stored = await readParameters(FLAG_NAMES.map(flagParameter));
    return FLAG_NAMES.map((name) => {
      const text = stored.get(flagParameter(name))?.value;
      const flag = parseFlag(text);
      const fallback = onOrOff(valueWithout(name));
      if (flag !== undefined) return { name, value: onOrOff(flag.enabled), fallback };
      return { name, value: text === undefined ? undefined : 'malformed', fallback };
    });
  },
  schedules: () => findGroupDifferences({ clock }),
  ntfyHealth: async () => {
    const [url, local] = await Promise.all([readNtfyUrl(), localOrigins()]);
    const { origin } = readNtfyConfig({ url, token: 'none' }, local);
    const client = httpClient({ allowed: allowedOrigins([origin], local), clock });
    return client({
      method: 'GET',
      url: `${origin}/v1/health`,
      deadlineMs: clock.now() + TIMEOUT_MS,
    });
  },
});

const onOrOff = (isOn: boolean) => (isOn ? 'on' : 'off');

/** An empty text when the parameter does not exist. */
const readNtfyUrl = async (): Promise<string> => {
  const ssm = new SSMClient(configClientConfig());
  const Name = parameterPath('ntfy-url');
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
    return Parameter?.Value ?? '';
  } catch (error) {
    if (error instanceof ParameterNotFound) return '';
    throw error;
  }
};
