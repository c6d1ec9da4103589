import { describe, expect, it } from 'vitest';
import { parseAction } from '#lib/actions/parse-action.ts';

const payload = { action: 'weather', days: 2 };
const problemsOf = (request: Parameters<typeof parseAction>[0]) => {
  try {
    parseAction(request);
    return [];
  } catch (error) {
    return (error as { details: readonly unknown[] }).details;
  }
};

describe('a web action', () => {
  it('runs the first operation of its action, and notifies, unless its arguments say otherwise', () => {
    const { operation, input, isDryRun, notifies } = parseAction({ payload });

    expect(operation).toMatchObject({ action: 'weather', operation: 'get_forecast' });
    expect(input).toEqual({ days: 2 });
    expect([isDryRun, notifies]).toEqual([false, true]);
  });

  it('has the defaults of its operation', () => {
    expect(parseAction({ payload: { version: '1.0', action: 'weather' } }).input).toEqual({
      days: 2,
    });
  });

  it('accepts an alias of its operation', () => {
    const { operation } = parseAction({ payload, arguments: { operation: 'get_weather' } });

    expect(operation.operation).toBe('get_forecast');
  });

  it.each([
    { what: 'an unknown action', request: { payload: { action: 'x' } }, path: 'payload.action' },
    {
      what: 'an operation of another action',
      request: { payload, arguments: { operation: 'search_tee_times' } },
      path: 'arguments.operation',
    },
    {
      what: 'an operation that is not a text',
      request: { payload, arguments: { operation: 7 } },
      path: 'arguments.operation',
    },
    {
      what: 'an unknown argument',
      request: { payload, arguments: { silent: true } },
      path: 'arguments.silent',
    },
    {
      what: 'a switch that is a text',
      request: { payload, arguments: { dry_run: 'true' } },
      path: 'arguments.dry_run',
    },
    {
      what: 'credentials of its own',
      request: { payload, auth_config: { type: 'bearer', token: 'x' } },
      path: 'auth_config',
    },
    {
      what: 'more than its own authentication',
      request: { payload, auth_config: { type: 'none', header: 'x' } },
      path: 'auth_config',
    },
  ])('is refused with $what, which the error names', ({ request, path }) => {
    expect(problemsOf(request)).toMatchObject([{ path }]);
  });

  it('may repeat how its action authenticates itself', () => {
    expect(problemsOf({ payload, auth_config: { type: 'none' } })).toEqual([]);
  });

  it('is refused with all its problems at once', () => {
    const request = { payload: { ...payload, days: 9, colour: 1 }, arguments: { notify: 'no' } };

    expect(problemsOf(request)).toHaveLength(3);
  });
});
