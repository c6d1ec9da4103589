/** One call of each function's new version before the alias points to it. */
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { messageOf } from '#scripts/command.ts';
import { line } from '#scripts/printable.ts';
import type { Versions } from './release-record.ts';

/** What a function gets, and what is wrong with its response. */
interface Probe {
  event: unknown;
  /** `undefined` for a response of a working function. */
  problemOf: (response: unknown) => string | undefined;
}

/** A request as an HTTP API delivers it, payload format 2.0. */
const request = (path: string) => ({
  version: '2.0',
  routeKey: '$default',
  rawPath: path,
  rawQueryString: '',
  headers: { accept: '*/*' },
  requestContext: {
    accountId: 'deployment',
    apiId: 'deployment',
    domainName: 'deployment',
    domainPrefix: 'deployment',
    http: {
      method: 'GET',
      path,
      protocol: 'HTTP/1.1',
      sourceIp: '127.0.0.1',
      userAgent: 'make deploy',
    },
    requestId: 'deployment',
    routeKey: '$default',
    stage: '$default',
    time: '',
    timeEpoch: 0,
  },
  isBase64Encoded: false,
});

const get = (path: string): Probe => ({
  event: request(path),
  problemOf: (response) => {
    const { statusCode } = (response ?? {}) as { statusCode?: unknown };
    return statusCode === 200 ? undefined : `GET ${path} responds with ${statusCode}`;
  },
});

const emptyBatch: Probe = {
  event: { Records: [] },
  problemOf: (response) => {
    const { batchItemFailures } = (response ?? {}) as { batchItemFailures?: unknown[] };
    return batchItemFailures?.length === 0 ? undefined : 'an empty batch has failures';
  },
};

const withoutToken: Probe = {
  event: { ...request('/api/me'), type: 'REQUEST', routeArn: '', identitySource: [] },
  problemOf: (response) => {
    const { isAuthorized } = (response ?? {}) as { isAuthorized?: unknown };
    return isAuthorized === false ? undefined : 'a request without a token is not refused';
  },
};

const oneTick: Probe = { event: {}, problemOf: () => undefined };

/** The probe of each function, by its folder name. */
export const PROBES: Readonly<Record<string, Probe>> = {
  authorizer: withoutToken,
  mcp: get('/.well-known/oauth-protected-resource/mcp'),
  notification: emptyBatch,
  processor: emptyBatch,
  scheduler: emptyBatch,
  sweeper: oneTick,
  web: get('/'),
  'web-action': emptyBatch,
  'web-api': get('/api/health'),
};

/** Calls each version by its number. @returns what is wrong, one text per function */
export const probeVersions = async (
  lambda: Pick<LambdaClient, 'send'>,
  stage: string,
  versions: Versions,
): Promise<string[]> => {
  const probed = await Promise.all(
    Object.entries(versions).map(async ([name, version]) => {
      const problem = await probe(lambda, { name, version, stage }).catch(messageOf);
      return problem === undefined ? [] : [line`${name} version ${version}: ${problem}`];
    }),
  );
  return probed.flat();
};

const probe = async (
  lambda: Pick<LambdaClient, 'send'>,
  { name, version, stage }: { name: string; version: string; stage: string },
): Promise<string | undefined> => {
  const found = PROBES[name];
  if (found === undefined) return 'no probe in scripts/deploy/probes.ts';
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({
      FunctionName: `rez-agent-${name}-${stage}`,
      Qualifier: version,
      Payload: JSON.stringify(found.event),
    }),
  );
  const text = Payload?.transformToString() ?? '';
  if (FunctionError === undefined) return found.problemOf(parsed(text));
  const { errorMessage } = (parsed(text) ?? {}) as { errorMessage?: unknown };
  return `the call failed: ${errorMessage ?? FunctionError}`;
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
