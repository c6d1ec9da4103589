import { describe, expect, it } from 'vitest';
import { contract } from './contract.ts';

const healthy = { status: 'healthy', timestamp: '2026-03-01T12:00:00.000Z', stage: 'dev' };
const headers = { 'X-Correlation-ID': 'a', 'Content-Type': 'application/json' };
const refusal = (code: string) => ({ error: { code, message: 'no', correlation_id: 'a' } });

const fault = (method: string, path: string, status: number, body: unknown, more: object = {}) =>
  contract.faultOf(method, path, {
    status,
    headers: { ...headers, ...more },
    body: JSON.stringify(body),
  });

describe('the contract in tests', () => {
  it.each([
    ['an answer as it is written', 'GET', '/api/health', 200, { ...healthy, version: 'v' }],
    [
      'a refusal that the operation knows',
      'GET',
      '/api/messages',
      400,
      refusal('VALIDATION_ERROR'),
    ],
    ['a path that nobody has', 'GET', '/api/moon', 404, refusal('ROUTE_NOT_FOUND')],
  ])('lets pass %s', (_, method, path, status, body) => {
    expect(fault(method, path, status, body)).toBe('');
  });

  it.each([
    ['a property too few', 'GET', '/api/health', 200, healthy],
    ['a property too many', 'GET', '/api/health', 200, { ...healthy, version: 'v', host: 'h' }],
    ['a value of another type', 'GET', '/api/health', 200, { ...healthy, version: 1 }],
    ['a status that is not in it', 'GET', '/api/health', 418, {}],
    ['a code that is not among those', 'GET', '/api/messages', 400, refusal('FORBIDDEN')],
    ['another path for nowhere', 'GET', '/api/moon', 404, refusal('MESSAGE_NOT_FOUND')],
    ['a 405 without Allow', 'POST', '/api/health', 405, refusal('METHOD_NOT_ALLOWED')],
  ])('does not let pass %s', (_, method, path, status, body) => {
    expect(fault(method, path, status, body)).not.toBe('');
  });

  it('does not let pass an answer without its correlation id', () => {
    const more = { 'X-Correlation-ID': undefined };

    expect(fault('GET', '/api/health', 200, { ...healthy, version: 'v' }, more)).not.toBe('');
  });
});
