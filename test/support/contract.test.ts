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

describe('the check of responses against the contract', () => {
  it.each([
    ['a response of the contract', 'GET', '/api/health', 200, { ...healthy, version: 'v' }],
    ['an error of the operation', 'GET', '/api/messages', 400, refusal('VALIDATION_ERROR')],
    ['an unknown path', 'GET', '/api/moon', 404, refusal('ROUTE_NOT_FOUND')],
  ])('accepts %s', (_, method, path, status, body) => {
    expect(fault(method, path, status, body)).toBe('');
  });

  it.each([
    ['a missing property', 'GET', '/api/health', 200, healthy],
    ['an unknown property', 'GET', '/api/health', 200, { ...healthy, version: 'v', host: 'h' }],
    ['a value of another type', 'GET', '/api/health', 200, { ...healthy, version: 1 }],
    ['an unknown status', 'GET', '/api/health', 418, {}],
    ['a code of another operation', 'GET', '/api/messages', 400, refusal('FORBIDDEN')],
    ['another code for an unknown path', 'GET', '/api/moon', 404, refusal('MESSAGE_NOT_FOUND')],
    ['a 405 without Allow', 'POST', '/api/health', 405, refusal('METHOD_NOT_ALLOWED')],
  ])('rejects %s', (_, method, path, status, body) => {
    expect(fault(method, path, status, body)).not.toBe('');
  });

  it('rejects a response without a correlation id', () => {
    const more = { 'X-Correlation-ID': undefined };

    expect(fault('GET', '/api/health', 200, { ...healthy, version: 'v' }, more)).not.toBe('');
  });
});
