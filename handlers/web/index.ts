import { join } from 'node:path';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { env } from '#lib/platform/env.ts';
import { plainLog } from '#lib/platform/plain-log.ts';
import { correlationId } from '#middleware/correlation-id.ts';
import { httpErrors } from '#middleware/http-errors.ts';
import { securityHeaders } from '#middleware/security-headers.ts';
import { STYLEGUIDE } from './app/pages.ts';
import { pagePolicy } from './page-policy.ts';
import { serveAsset } from './serve-asset.ts';
import { siteIn } from './site.ts';

const deps = {
  site: siteIn(join(env('LAMBDA_TASK_ROOT'), 'site')),
  morePages: env('STYLEGUIDE') === 'on' ? [STYLEGUIDE] : [],
};

/** HTTP API, GET and HEAD outside of `/api` → a file or page of the dashboard. */
export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
  .use(correlationId({ log: plainLog }))
  .use(securityHeaders({ pagePolicy: pagePolicy(new URL(env('LOGIN_URL')).origin) }))
  .use(httpErrors())
  .handler(async ({ headers, rawPath, requestContext }) => {
    const { status, body, ...response } = await serveAsset(
      {
        isHead: requestContext.http.method === 'HEAD',
        path: rawPath,
        acceptEncoding: headers['accept-encoding'],
        ifNoneMatch: headers['if-none-match'],
      },
      deps,
    );
    return {
      statusCode: status,
      headers: response.headers,
      ...(body === undefined
        ? {}
        : { body: Buffer.from(body).toString('base64'), isBase64Encoded: true }),
    };
  });

// Reads the page before the first request. A package without a site does not start.
if (env('AWS_LAMBDA_INITIALIZATION_TYPE') !== undefined) {
  await serveAsset(
    { isHead: false, path: '/', acceptEncoding: 'br', ifNoneMatch: undefined },
    deps,
  );
}
