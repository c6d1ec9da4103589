import { describe, expect, it } from 'vitest';
import { STALE_MS } from '#scripts/deploy/deployment-lock.ts';
import { KEPT_RELEASES } from '#scripts/deploy/release-record.ts';
import { allAt, deployedStage, type Meets, NAMES } from './deployed-stage.ts';

const outcomes = ({ releases }: ReturnType<typeof deployedStage>) =>
  releases().map(({ id, outcome }) => `${id} ${outcome}`);

/** A stage with the good releases `one` and `two`. */
const twoReleases = async () => {
  const stage = deployedStage();
  await stage.deploy('one');
  await stage.deploy('two');
  return stage;
};

describe('a deployment', () => {
  it('applies, probes, moves all aliases, sends a message and watches, in this order', async () => {
    const stage = deployedStage();
    await stage.deploy('one');

    const calls: string[] = [];
    await stage.deploy('two', { onCall: (name) => void calls.push(name) });

    const steps = ['apply', 'list versions', 'probe', ...NAMES.map((name) => `move ${name}`)];
    expect(calls.filter((name) => !/(read|put|remove) /.test(name))).toEqual([
      ...steps,
      'send a message',
      'watch',
    ]);
    expect(stage.live()).toEqual(allAt('2'));
    expect(outcomes(stage)).toEqual(['two good', 'one good']);
    expect(stage.releases()[0]).toMatchObject({
      commit: 'commit-of-two',
      who: 'the deployer',
      versions: allAt('2'),
    });
    expect(stage.holder()).toBeUndefined();
  });

  it('keeps the last twenty releases', async () => {
    const stage = deployedStage();
    for (let n = 0; n < KEPT_RELEASES + 2; n += 1) await stage.deploy(`release ${n}`);

    expect(stage.releases()).toHaveLength(KEPT_RELEASES);
    expect(stage.releases()[0]?.id).toBe(`release ${KEPT_RELEASES + 1}`);
  });

  it('moves no alias when a probe fails', async () => {
    const stage = await twoReleases();
    const moved: string[] = [];

    const failed = stage.deploy('three', {
      problems: ['web-api version 3: GET /api/health responds with 500'],
      onCall: (name) => void moved.push(`${name} ${stage.live().processor}`),
    });

    await expect(failed).rejects.toThrow('web-api version 3: GET /api/health responds with 500');
    expect(moved.filter((name) => name.endsWith(' 3'))).toEqual([]);
    expect(stage.live()).toEqual(allAt('2'));
    expect(outcomes(stage)).toEqual(['three failed', 'two good', 'one good']);
    expect(stage.releases()[0]?.reason).toContain('GET /api/health responds with 500');
    expect(stage.holder()).toBeUndefined();
  });

  it.for<[string, Meets]>([
    ['the message does not arrive', { messageError: 'message msg_1 did not end' }],
    ['the release has errors', { watchError: 'processor failed 3 times' }],
  ])('moves all aliases back when %s', async ([, meets]) => {
    const stage = await twoReleases();

    await expect(stage.deploy('three', meets)).rejects.toThrow(
      `${meets.messageError ?? meets.watchError}\nAll aliases point to the versions before.`,
    );

    expect(stage.live()).toEqual(allAt('2'));
    expect(outcomes(stage)[0]).toBe('three failed');
    expect(stage.holder()).toBeUndefined();
  });

  it('moves all aliases back when one cannot be moved, and names that one', async () => {
    const stage = await twoReleases();

    const failed = stage.deploy('three', { stuck: ['sweeper'] });

    await expect(failed).rejects.toThrow('sweeper: it is stuck');
    expect(stage.live()).toEqual(allAt('2'));
  });

  it('records a plan that was not applied completely, and moves no alias', async () => {
    const stage = await twoReleases();

    await expect(stage.deploy('three', { applyError: 'no permission' })).rejects.toThrow(
      'no permission',
    );

    expect(stage.live()).toEqual(allAt('2'));
    expect(stage.releases()[0]).toMatchObject({ outcome: 'failed', versions: {} });
  });

  it('moves all aliases back when it is cancelled', async () => {
    const stage = await twoReleases();
    const controller = new AbortController();

    const failed = stage.deploy('three', {
      signal: controller.signal,
      onCall: (name) => {
        if (name === 'send a message') controller.abort(new Error('SIGINT cancelled it'));
      },
    });

    await expect(failed).rejects.toThrow('SIGINT cancelled it');
    expect(stage.live()).toEqual(allAt('2'));
    expect(outcomes(stage)[0]).toBe('three failed');
  });

  it('of two at the same time refuses the second, and says who deploys and what to do', async () => {
    const stage = await twoReleases();
    let refused: Promise<unknown> | undefined;

    await stage.deploy('three', {
      onCall: async (name) => {
        if (name === 'apply') refused = stage.deploy('four').catch(String);
        if (name === 'probe') await refused;
      },
    });

    expect(await refused).toMatch(
      /prod is locked since .*: make deploy by caller 3\. .* make rollback STAGE=prod/,
    );
    expect(stage.live()).toEqual(allAt('3'));
    expect(outcomes(stage)).toEqual(['three good', 'two good', 'one good']);
  });

  it('takes the lock of a killed one after half an hour, and moves back past its release', async () => {
    const stage = await twoReleases();
    await stage.deploy('three', { killedAt: 15 }).catch(() => {});
    expect(stage.live()).not.toEqual(allAt('2'));
    await stage.clock.advance(STALE_MS - 1);
    await expect(stage.deploy('four')).rejects.toThrow('locked');

    await stage.clock.advance(1);
    await expect(stage.deploy('four', { watchError: 'errors' })).rejects.toThrow('errors');

    expect(stage.live()).toEqual(allAt('2'));
    expect(outcomes(stage).slice(0, 2)).toEqual(['four failed', 'three failed']);
  });

  it('that fails after a killed rollback moves all aliases to the last good release', async () => {
    const total = 20;
    for (let killedAfter = 1; killedAfter <= total; killedAfter += 1) {
      const stage = await twoReleases();
      await stage.deploy('three');
      await stage.rollBack(undefined, { killedAfter }).catch(() => {});
      await stage.clock.advance(STALE_MS);

      await expect(stage.deploy('four', { watchError: 'errors' })).rejects.toThrow('errors');

      expect([killedAfter, new Set(Object.values(stage.live())).size]).toEqual([killedAfter, 1]);
    }
  });

  it('keeps the last good release in the record, however many fail after it', async () => {
    const stage = await twoReleases();
    for (let n = 0; n < KEPT_RELEASES + 2; n += 1) {
      await stage.deploy(`bad ${n}`, { problems: ['no response'] }).catch(() => {});
    }

    expect(stage.releases()).toHaveLength(KEPT_RELEASES);
    expect(outcomes(stage).at(-1)).toBe('two good');
  });

  it('leaves the aliases to a rollback that took over', async () => {
    const stage = await twoReleases();

    const failed = stage.deploy('three', {
      watchError: 'errors',
      onCall: async (name) => {
        if (name === 'watch') await stage.rollBack('one');
      },
    });

    await expect(failed).rejects.toThrow('that command decides about the aliases');
    expect(stage.live()).toEqual(allAt('1'));
    expect(outcomes(stage)).toEqual(['three left', 'two left', 'one good']);
  });
});

describe('a deployment that is killed', () => {
  const calls = async () => {
    const stage = await twoReleases();
    await stage.deploy('three');
    return stage.calls();
  };

  it.for(['killedAt', 'killedAfter'] as const)(
    'at any call (%s) is followed by a rollback to the good release, or by a good deployment',
    async (when) => {
      const total = await calls();
      expect(total).toBeGreaterThan(15);
      for (let n = 1; n <= total; n += 1) {
        const killed = await twoReleases();
        await killed.deploy('three', { [when]: n }).catch(() => {});
        // Before its entry in the record, a deployment changes nothing.
        if (outcomes(killed)[0] !== 'two good') {
          await killed.rollBack();
          expect(outcomes(killed)[0]).toBe('three left');
          expect(killed.holder()).toBeUndefined();
        }
        expect([n, killed.live()]).toEqual([n, allAt('2')]);

        const next = await twoReleases();
        await next.deploy('three', { [when]: n }).catch(() => {});
        await next.clock.advance(STALE_MS);
        await next.deploy('four');
        expect(new Set(Object.values(next.live())).size).toBe(1);
        expect(outcomes(next)[0]).toBe('four good');
        expect(outcomes(next)).not.toContain('three deploying');
      }
    },
  );
});
