import { describe, expect, it, vi } from 'vitest';
import { type Operation, operationOf } from '#handlers/web-api/operation.ts';

const OPERATION = {} as Operation;

describe('the operation of a route', () => {
  it('is imported with its first request alone', async () => {
    const route = { operation: vi.fn(async () => OPERATION) };

    expect(await operationOf(route)).toBe(OPERATION);
    expect(await operationOf(route)).toBe(OPERATION);
    expect(route.operation).toHaveBeenCalledOnce();
  });

  it('is imported again after that failed, and is not that of another route', async () => {
    const route = { operation: vi.fn(async () => OPERATION) };
    route.operation.mockRejectedValueOnce(new Error('not there'));
    const other = { operation: async () => ({ ...OPERATION, body: {} }) as Operation };

    await expect(operationOf(route)).rejects.toThrow('not there');
    expect(await operationOf(route)).toBe(OPERATION);
    expect(await operationOf(other)).not.toBe(OPERATION);
  });
});
