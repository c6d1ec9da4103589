import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { ListQueuesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import {
  GetParameterCommand,
  ParameterNotFound,
  type ParameterType,
  PutParameterCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { writePlatformKeys } from '#scripts/platform-keys.ts';
import { type LocalClients, STAGE, shortNameOf } from './clients.ts';
import type { Gateway } from './front.ts';
import { localCourses } from './golf/local-sites.ts';
import { FRONT_HEADER } from './guard.ts';
import type { OutsideServices } from './outside-services.ts';

/** Identifies the platform to the weather service. Somebody who uses the real one sets an own address. */
const CONTACT = 'contact@example.com';
/** Latitude and longitude of a place for which the local and the real weather service have forecasts. */
const HOME = '40.44,-79.99';

/** The URL of each queue of the product, by its short name. */
export const queueUrlsOf = async (sqs: SQSClient): Promise<Record<string, string>> => {
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({ MaxResults: 1_000 }));
  return Object.fromEntries(
    QueueUrls.flatMap((url) => {
      const name = shortNameOf(url.slice(url.lastIndexOf('/') + 1));
      return name === undefined ? [] : [[name, url]];
    }),
  );
};

/** The HTTP API at its path. Its own host name would need a DNS server. */
export const gatewayOf = async (endpoint: string): Promise<Gateway> => {
  const answer = await fetch(`${endpoint}/v2/apis`, { headers: FRONT_HEADER });
  const { items } = (await answer.json()) as {
    items: { apiId: string; corsConfiguration?: { allowOrigins?: string[] } }[];
  };
  const [api] = items;
  if (api === undefined) throw new Error('the local AWS has no HTTP API');
  return {
    url: `${endpoint}/_aws/execute-api/${api.apiId}/$default`,
    allowedOrigins: api.corsConfiguration?.allowOrigins ?? [],
  };
};

/**
 * Sets the parameters and secrets that Terraform does not set. Addresses are set at every start, because ports can change.
 * Everything else is set once, so that a value that a person sets stays.
 */
export const writeParameters = async (
  { ssm, secrets }: Pick<LocalClients, 'ssm' | 'secrets'>,
  { ntfyUrl, outside }: { ntfyUrl: string; outside: OutsideServices },
): Promise<void> => {
  const { weatherOrigin, golfOrigins } = outside;
  const sites = Object.entries(golfOrigins).map(([name, origin]) => [`cps-${name}`, origin]);
  const services = { 'weather-gov': weatherOrigin, ...Object.fromEntries(sites) };
  await Promise.all([
    putSecret(ssm, 'ntfy-url', ntfyUrl),
    writePlatformKeys(ssm, STAGE),
    putParameter(ssm, 'services', JSON.stringify(services)),
    putParameter(ssm, 'courses', JSON.stringify(localCourses(golfOrigins))),
    putFirst(ssm, 'contact', CONTACT),
    putFirst(ssm, 'home', HOME),
    putGolfer(secrets, outside),
  ]);
};

export const parameterName = (name: string) => `/rez-agent/${STAGE}/${name}`;

export const putSecret = (ssm: SSMClient, name: string, value: string): Promise<void> =>
  putParameter(ssm, name, value, 'SecureString');

export const putParameter = async (
  ssm: SSMClient,
  name: string,
  Value: string,
  Type: ParameterType = 'String',
) => {
  const Name = parameterName(name);
  await ssm.send(new PutParameterCommand({ Name, Value, Type, Overwrite: true }));
};

/** Sets a parameter that does not exist. */
const putFirst = async (ssm: SSMClient, name: string, value: string) => {
  const Name = parameterName(name);
  await ssm.send(new GetParameterCommand({ Name })).catch((error: unknown) => {
    if (!(error instanceof ParameterNotFound)) throw error;
    return putParameter(ssm, name, value);
  });
};

/** Sets the secret of the golfer when it has no value, or the value of another golfer. */
const putGolfer = async (
  secrets: SecretsManagerClient,
  { golfer: { username, password }, isGolferNew }: OutsideServices,
) => {
  const SecretId = `rez-agent/golf/credentials-${STAGE}`;
  // The local AWS returns a secret without a value, where AWS has none to return.
  const isSet = await secrets
    .send(new GetSecretValueCommand({ SecretId }))
    .then(({ SecretString }) => SecretString !== undefined, isAbsent);
  if (isSet && !isGolferNew) return;
  const SecretString = JSON.stringify({ username, password });
  const isPut = await secrets
    .send(new PutSecretValueCommand({ SecretId, SecretString }))
    .then(() => true, isAbsent);
  if (!isPut) await secrets.send(new CreateSecretCommand({ Name: SecretId, SecretString }));
};

/** Returns `false` for a secret that does not exist or has no value. @throws every other error */
const isAbsent = (error: unknown): false => {
  if (error instanceof ResourceNotFoundException) return false;
  throw error;
};
