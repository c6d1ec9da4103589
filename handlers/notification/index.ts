import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Channel } from '#lib/channels/channel.ts';
import { ntfyChannel } from '#lib/channels/ntfy.ts';
import { readNtfyConfig } from '#lib/channels/ntfy-config.ts';
import { requireFlag } from '#lib/config/flags.ts';
import { readBreaker } from '#lib/data/breakers.ts';
import { checkStore } from '#lib/data/messages/messages.ts';
import { consume } from '#lib/engine/consume.ts';
import { allowedOrigins } from '#lib/http/allowed-origins.ts';
import { circuitBreaker } from '#lib/http/breaker/circuit-breaker.ts';
import { httpClient } from '#lib/http/client.ts';
import { systemClock } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { log } from '#lib/platform/log.ts';
import { warm } from '#lib/platform/warm.ts';
import { correlationId } from '#middleware/correlation-id.ts';
import { partialBatch } from '#middleware/partial-batch.ts';
import { ssmConfig } from '#middleware/ssm-config.ts';
import { deliver } from './deliver.ts';

const clock = systemClock;
const timeoutMs = env('HTTP_TIMEOUT_MS');
const retries = env('HTTP_MAX_RETRIES');
const localOrigins = env('LOCAL_ORIGINS');
const breaker = circuitBreaker({ service: 'ntfy', clock, log });

interface Parameters {
  ntfyUrl: string;
  ntfyToken: string;
}

const newChannel = ({ ntfyUrl, ntfyToken }: Parameters): Channel => {
  const config = readNtfyConfig({ url: ntfyUrl, token: ntfyToken }, localOrigins);
  const client = httpClient({ allowed: allowedOrigins([config.origin], localOrigins) });
  return ntfyChannel({ ...config, client, breaker, timeoutMs, retries, clock, log });
};

let current: { parameters: Parameters; channel: Channel } | undefined;

/** The channel for these parameters. It is created again only after an operator changed them. */
const channelOf = ({ ntfyUrl, ntfyToken }: Parameters): Channel => {
  const isCurrent =
    current?.parameters.ntfyUrl === ntfyUrl && current.parameters.ntfyToken === ntfyToken;
  if (current === undefined || !isCurrent) {
    const parameters = { ntfyUrl, ntfyToken };
    current = { parameters, channel: newChannel(parameters) };
  }
  return current.channel;
};

const config = ssmConfig({
  parameters: { ntfyUrl: 'ntfy-url', ntfyToken: 'ntfy-token' },
  flags: ['notifications'],
});

/** Queue `notifications` → push → message `completed`. */
export const handler = middy<SQSEvent, SQSBatchResponse | PromiseSettledResult<void>[]>()
  .use(correlationId({ log }))
  .use(partialBatch())
  .use(config)
  .handler((event, context) => {
    const deps = {
      channel: () => channelOf(context.config),
      requireOn: () => requireFlag(context.flags, 'notifications'),
      clock,
    };
    return consume(
      event.Records,
      {
        consumer: 'notification',
        invocation: context.awsRequestId,
        killedAtMs: clock.now() + context.getRemainingTimeInMillis(),
        log,
      },
      (message, run) => deliver(message, run, deps),
    );
  });

await warm([
  async () => channelOf(await config.read()).warmUp(),
  checkStore,
  // A second connection: the first push reads its message and the breaker at the same time.
  async () => readBreaker('ntfy'),
]);
