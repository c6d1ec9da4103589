import type {
  OperationContract,
  ParameterText,
  ResponseText,
} from '#handlers/web-api/contract/model.ts';

const IF_NONE_MATCH: ParameterText = {
  description:
    'The `ETag` of an earlier response, or a list of ETags. If the document has not changed, the response is 304 without a body. A malformed value is ignored.',
  example: '"Yl0tHVmVU3nGjwWgxZc5x0lYV6Bq1fV0m8sY1kq4n2E"',
};

const CACHED = ['ETag', 'Cache-Control'] as const;

const NOT_MODIFIED: ResponseText = {
  description: 'The document has not changed: `If-None-Match` contains its `ETag`.',
  headers: CACHED,
};

export const DOCUMENT_OPERATIONS = {
  getOpenApi: {
    tag: 'platform',
    summary: 'Get this contract',
    description:
      'The contract as OpenAPI 3.1. It is generated from the schemas that validate requests. It can be cached for an hour.',
    headers: { 'If-None-Match': IF_NONE_MATCH },
    responses: {
      304: NOT_MODIFIED,
      200: {
        description: 'The contract.',
        headers: CACHED,
        content: {
          type: 'application/json',
          schema: {
            type: 'object',
            required: ['openapi', 'info', 'paths'],
            properties: {
              openapi: { type: 'string', description: 'The version of OpenAPI.' },
              info: {
                type: 'object',
                description: 'The title, version and description of the API.',
              },
              paths: { type: 'object', description: 'The operations, by path and method.' },
            },
          },
          example: { openapi: '3.1.0', info: { title: 'rez-agent', version: '1.0.0' }, paths: {} },
        },
      },
    },
  },
  getDocs: {
    tag: 'platform',
    summary: 'Read this contract',
    description:
      'The contract as an HTML page. The page loads no other resource and runs no script. It can be cached for an hour.',
    headers: { 'If-None-Match': IF_NONE_MATCH },
    responses: {
      304: NOT_MODIFIED,
      200: {
        description: 'The page.',
        headers: CACHED,
        content: {
          type: 'text/html',
          schema: { type: 'string' },
          example: '<!doctype html><title>rez-agent API</title>',
        },
      },
    },
  },
} satisfies Record<string, OperationContract>;
