import { describe, expect, it } from 'vitest';
import { failure } from '#test/lib/http/requests.ts';
import { weatherWorld } from './weather-run.ts';

describe('the parameter contact', () => {
  it.each(['me@example.com', ' https://example.com/about ', 'A Person, me@example.com\n'])(
    'is sent as the contact: %j',
    async (contact) => {
      const { run, weather } = await weatherWorld({ parameters: { contact } });

      await run();

      expect(weather.received[0]?.headers['user-agent']).toBe(`rez-agent (${contact.trim()})`);
    },
  );

  it.each([undefined, '', ' \n'])('is required: %j', async (contact) => {
    const { run, paths } = await weatherWorld({ parameters: { contact } });

    const error = await failure(run());

    expect(error).toMatchObject({ kind: 'unavailable', code: 'CONFIG_UNAVAILABLE' });
    expect(error.message).toBe(
      'parameter contact is missing; set it with make set NAME=contact STAGE=… (without STAGE for make dev)',
    );
    expect(paths()).toEqual([]);
  });

  it.each(['a\r\nX-Evil: 1', 'a\0', 'ä@example.com', 'a)b', '(a', 'a\\', 'x'.repeat(201)])(
    'is refused when it cannot be sent in a header: %j',
    async (contact) => {
      const { run, paths } = await weatherWorld({ parameters: { contact } });

      const error = await failure(run());

      expect(error).toMatchObject({ kind: 'unavailable', code: 'CONFIG_UNAVAILABLE' });
      expect(error.message).toContain('parameter contact must be');
      expect(error.message).not.toContain(contact);
      expect(paths()).toEqual([]);
    },
  );
});

describe('the parameter home', () => {
  it.each([
    ['40.75,-79.65', '/points/40.75,-79.65'],
    [' 40.7500 , -79.65000 \n', '/points/40.75,-79.65'],
    ['40.123456,-79.1', '/points/40.1235,-79.1'],
    ['40,-79', '/points/40,-79'],
  ])('%j is looked up as %s', async (home, path) => {
    const { run, paths } = await weatherWorld({ parameters: { home } });

    await run();

    expect(paths()[0]).toBe(path);
  });

  it.each([
    '40.75',
    '40.75,-79.65,3',
    '40.75;-79.65',
    '90.1,0',
    '0,181',
    '+40,-79',
    '4e1,-79',
    '40.,-79',
    'Freeport, PA',
    'NaN,NaN',
    '0x10,1',
  ])('%j is refused, and the work waits for an operator', async (home) => {
    const { run, paths } = await weatherWorld({ parameters: { home } });

    const error = await failure(run());

    expect(error).toMatchObject({ kind: 'unavailable', code: 'CONFIG_UNAVAILABLE' });
    expect(error.message).toBe(
      'parameter home must be latitude,longitude such as 40.75,-79.65; set it with make set NAME=home STAGE=… (without STAGE for make dev)',
    );
    expect(paths()).toEqual([]);
  });

  it('is not read when the input has a place', async () => {
    const { run } = await weatherWorld({ parameters: { home: 'nowhere' } });

    expect((await run({ course: 'birdsfoot' })).place).toBe('Birdsfoot');
  });
});
