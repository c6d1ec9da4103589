import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { log } from '#lib/log.ts';
import { postMessage } from './messages/create-message.ts';
import type { ApiDeps } from './operation.ts';

const ALWAYS_ON = {
  enabled: true,
  enabledFor: undefined,
  reason: undefined,
  until: undefined,
  fresh: true,
};

/** A post from draft to answer, with whatever stands in for the store; nobody is told of it. */
export const rehearsePost = (deps: ApiDeps) =>
  postMessage.run(
    {
      caller: 'user:local',
      params: {},
      query: new URLSearchParams(),
      body: { message_type: 'manual', payload: { message: 'rehearsal' } },
      correlationId: 'rehearsal',
      log,
      cursorKey: undefined,
      refreshToken: undefined,
      flags: { 'manual-messages': ALWAYS_ON },
    },
    deps,
  );

/** A request that every link of the pipeline sees and no operation: it is answered without a log line. */
export const PREFLIGHT = {
  version: '2.0',
  rawPath: '/',
  rawQueryString: '',
  headers: {},
  isBase64Encoded: false,
  requestContext: { http: { method: 'OPTIONS', path: '/' } },
} as APIGatewayProxyEventV2;
