import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseEndpoint } from '#lib/actions/http/endpoint.ts';
import { endpointCache } from '#lib/config/endpoints.ts';
import { MINUTE_MS } from '#lib/platform/clock.ts';
import { aPlainEndpoint } from '#test/lib/actions/http/endpoint-builder.ts';
import { virtualClock } from '#test/support/clock.ts';
import { capturingLog } from '#test/support/log.ts';
import { installSsm, type Ssm } from '#test/support/ssm.ts';

const TEXT = JSON.stringify(aPlainEndpoint());

let ssm: Ssm;
beforeEach(() => {
  ssm = installSsm();
});
afterEach(() => ssm.uninstall());

const setup = (parameters: Readonly<Record<string, string>> = {}) => {
  for (const [name, value] of Object.entries(parameters)) {
    ssm.parameters.set(`endpoints/${name}`, value);
  }
  const clock = virtualClock();
  const log = capturingLog();
  return { clock, log, endpoints: endpointCache({ clock, check: parseEndpoint })(log) };
};

/** Names that sort like numbers. */
const numbered = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`e${100 + n}`, TEXT]));

describe('endpointCache', () => {
  it('finds an endpoint by its name, and nothing for a name that is not configured', async () => {
    const { endpoints } = setup({ lamp: TEXT });

    expect(await endpoints.find('lamp')).toBe(TEXT);
    expect(await endpoints.find('door')).toBeUndefined();
    expect(await endpoints.find('constructor')).toBeUndefined();
  });

  it('reads SSM once in five minutes, whatever the number of look-ups', async () => {
    const { clock, endpoints } = setup({ lamp: TEXT });
    await Promise.all([endpoints.find('lamp'), endpoints.find('door'), endpoints.list()]);
    await clock.advance(5 * MINUTE_MS - 1);
    await endpoints.find('lamp');
    const before = ssm.reads.length;
    ssm.parameters.set('endpoints/door', TEXT);
    await clock.advance(1);

    expect(await endpoints.find('door')).toBe(TEXT);
    expect([before, ssm.reads.length]).toEqual([1, 2]);
  });

  it('keeps the last definitions while SSM fails, and logs the failure', async () => {
    const { clock, log, endpoints } = setup({ lamp: TEXT });
    await endpoints.find('lamp');
    ssm.failWith(new Error('down'));
    await clock.advance(60 * MINUTE_MS);

    expect(await endpoints.find('lamp')).toBe(TEXT);
    expect(log.at('error').map(({ message }) => message)).toEqual(['endpoints not read']);
  });

  it('fails as CONFIG_UNAVAILABLE when SSM was never read, and recovers', async () => {
    const { clock, endpoints } = setup({ lamp: TEXT });
    ssm.failWith(new Error('down'));

    await expect(endpoints.find('lamp')).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'CONFIG_UNAVAILABLE',
    });
    ssm.failWith(undefined);
    await clock.advance(MINUTE_MS);
    expect(await endpoints.find('lamp')).toBe(TEXT);
  });

  it.each([
    ['text', 'is not valid'],
    ['{}', 'title is required'],
    [JSON.stringify(aPlainEndpoint({ effect: 'irreversible' })), 'must not be irreversible'],
    [JSON.stringify(aPlainEndpoint({ description: 'x'.repeat(5_000) })), 'more than 4 KB'],
  ])(
    'makes only a malformed endpoint unavailable, with one error line (%#)',
    async (text, problem) => {
      const { clock, log, endpoints } = setup({ lamp: TEXT, odd: text });

      for (let reads = 0; reads < 3; reads += 1) {
        await expect(endpoints.find('odd')).rejects.toMatchObject({
          kind: 'unavailable',
          code: 'CONFIG_UNAVAILABLE',
          message: expect.stringMatching(`^parameter endpoints/odd .*${problem}`),
        });
        expect(await endpoints.find('lamp')).toBe(TEXT);
        await clock.advance(6 * MINUTE_MS);
      }
      expect([...(await endpoints.list()).keys()]).toEqual(['lamp']);
      expect(log.at('error').map(({ message }) => message)).toEqual(['endpoint is malformed']);
    },
  );

  it.each(['Lamp', 'lamp_2', '-lamp', 'lamp-', 'a/b', 'x'.repeat(41)])(
    'makes an endpoint with the name %s unavailable',
    async (name) => {
      const { endpoints } = setup({ [name]: TEXT });

      await expect(endpoints.find(name)).rejects.toThrow(`parameter endpoints/${name}`);
    },
  );

  it('uses the first fifty endpoints by name, and makes the others unavailable', async () => {
    const { log, endpoints } = setup(numbered(52));

    expect((await endpoints.list()).size).toBe(50);
    expect(await endpoints.find('e149')).toBe(TEXT);
    await expect(endpoints.find('e150')).rejects.toThrow(
      'parameter endpoints/e150 is not used: there are more than 50 endpoints',
    );
    expect(log.at('error')).toHaveLength(2);
  });

  it('finds an endpoint again after its definition was corrected', async () => {
    const { clock, endpoints } = setup({ odd: '{' });
    await expect(endpoints.find('odd')).rejects.toThrow();
    ssm.parameters.set('endpoints/odd', TEXT);
    await clock.advance(5 * MINUTE_MS);

    expect(await endpoints.find('odd')).toBe(TEXT);
  });
});
