import { describe, expect, it } from 'vitest';
import { creationOf } from '#handlers/web/app/forms/creation-request.ts';

const forecast = { action: 'weather', operation: 'get_forecast' };

describe('creationOf', () => {
  it('posts a message without an action', () => {
    expect(creationOf(undefined, { isDryRun: false, notify: true })).toEqual({
      path: '/api/messages',
      query: {},
    });
  });

  it.each([
    [{ isDryRun: false, notify: true }, {}],
    [{ isDryRun: true, notify: true }, { dry_run: true }],
    [{ isDryRun: false, notify: false }, { notify: false }],
  ])('runs an operation with %o', (options, query) => {
    expect(creationOf(forecast, options)).toEqual({
      path: '/api/actions/weather/get_forecast',
      query,
    });
  });

  it('encodes names', () => {
    const { path } = creationOf(
      { action: 'a/b', operation: '?' },
      { isDryRun: false, notify: true },
    );

    expect(path).toBe('/api/actions/a%2Fb/%3F');
  });
});
