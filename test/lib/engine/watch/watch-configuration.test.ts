import { describe, expect, it } from 'vitest';
import { configurationWatch } from '#lib/engine/watch/watch-configuration.ts';
import { MINUTE_MS } from '#lib/platform/clock.ts';
import { virtualClock } from '#test/support/clock.ts';

const PROBLEM = 'secret golf/credentials has no value: set it with make secret';

/** The watch of one process, and a tick with the stored state of the condition. */
const setup = (stored = false) => {
  const clock = virtualClock();
  const watch = configurationWatch(clock);
  let isOn = stored;
  const tick = async (...problems: string[]) => {
    const [finding] = await watch(new Set(problems))(() => isOn);
    isOn = finding?.on ?? isOn;
    return finding;
  };
  return { clock, tick };
};

describe('configurationWatch', () => {
  it('says what is missing, how to set it, and which runbook helps', async () => {
    const { tick } = setup();

    expect(await tick()).toBeUndefined();
    expect(await tick(PROBLEM)).toEqual({
      name: 'configuration-missing',
      on: true,
      push: {
        title: 'Messages wait for configuration',
        message: `${PROBLEM}\nRunbook: configuration-missing`,
        priority: 'high',
      },
    });
  });

  it('stays on between the runs of a parked message, which are up to 15 minutes apart', async () => {
    const { clock, tick } = setup();
    await tick(PROBLEM);

    for (let minute = 1; minute < 20; minute += 1) {
      await clock.advance(MINUTE_MS);
      expect(await tick(), `minute ${minute}`).toBeUndefined();
    }
    await clock.advance(MINUTE_MS);

    expect(await tick()).toMatchObject({ on: false, push: { priority: 'low' } });
    expect(await tick()).toBeUndefined();
  });

  it('does not end a condition only because the process is new', async () => {
    const { clock, tick } = setup(true);

    expect(await tick()).toBeUndefined();
    await clock.advance(20 * MINUTE_MS);
    expect(await tick()).toMatchObject({ on: false });
  });

  it('lists five problems at most, because a push is short', async () => {
    const { tick } = setup();

    const finding = await tick(...Array.from({ length: 9 }, (_, n) => `problem ${n}`));

    expect(finding?.push.message.split('\n')).toHaveLength(6);
  });
});
