import type {
  OperationContract,
  ParameterText,
  ResponseText,
} from '#handlers/web-api/contract/model.ts';

const IF_NONE_MATCH: ParameterText = {
  description:
    'The `ETag` of an earlier answer, or a list of them: 304 without a body while the document is the same. A malformed value is ignored.',
  example: '"Yl0tHVmVU3nGjwWgxZc5x0lYV6Bq1fV0m8sY1kq4n2E"',
};

const CACHED = ['ETag', 'Cache-Control'] as const;

const NOT_MODIFIED: ResponseText = {
  description: 'The document is the one that the `ETag` names.',
  headers: CACHED,
};

export const DOCUMENT_OPERATIONS = {
  getOpenApi: {
    tag: 'platform',
    summary: 'Get this contract',
    description:
      'OpenAPI 3.1, generated from the schemas that validate requests. It may be cached for an hour.',
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
              info: { type: 'object', description: 'What the API is.' },
              paths: { type: 'object', description: 'Its operations.' },
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
      'The contract as a page. It loads nothing and runs no script. It may be cached for an hour.',
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
