import { randomBytes } from 'node:crypto';
import { ListQueuesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import {
  GetParameterCommand,
  ParameterNotFound,
  PutParameterCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { STAGE, shortNameOf } from './clients.ts';
import type { Gateway } from './front.ts';
import { FRONT_HEADER } from './guard.ts';

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

/** Sets the parameters that Terraform does not set: the address for pushes, and the key that signs cursors. */
export const writeParameters = async (ssm: SSMClient, ntfyUrl: string): Promise<void> => {
  await putSecret(ssm, 'ntfy-url', ntfyUrl);
  const Name = parameterName('cursor-key');
  await ssm.send(new GetParameterCommand({ Name })).catch((error: unknown) => {
    if (!(error instanceof ParameterNotFound)) throw error;
    return putSecret(ssm, 'cursor-key', randomBytes(32).toString('base64'));
  });
};

export const parameterName = (name: string) => `/rez-agent/${STAGE}/${name}`;

export const putSecret = async (ssm: SSMClient, name: string, value: string): Promise<void> => {
  await ssm.send(
    new PutParameterCommand({
      Name: parameterName(name),
      Value: value,
      Type: 'SecureString',
      Overwrite: true,
    }),
  );
};
