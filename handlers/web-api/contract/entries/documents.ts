import type { OperationContract } from '#handlers/web-api/contract/model.ts';

export const DOCUMENT_OPERATIONS = {
  getOpenApi: {
    tag: 'platform',
    summary: 'Get this contract',
    description: 'OpenAPI 3.1, made from the schemas that the API validates with.',
    answers: {
      200: {
        description: 'The contract.',
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
    description: 'The contract as a page. It loads nothing from anywhere and runs no script.',
    answers: {
      200: {
        description: 'The page.',
        content: {
          type: 'text/html',
          schema: { type: 'string' },
          example: '<!doctype html><title>rez-agent API</title>',
        },
      },
    },
  },
} satisfies Record<string, OperationContract>;
