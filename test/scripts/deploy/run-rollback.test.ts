import { describe, expect, it } from 'vitest';
import { allAt, deployedStage } from './deployed-stage.ts';

const outcomes = ({ releases }: ReturnType<typeof deployedStage>) =>
  releases().map(({ id, outcome }) => `${id} ${outcome}`);

const stageWith = async (...ids: string[]) => {
  const stage = deployedStage();
  for (const id of ids) await stage.deploy(id);
  return stage;
};

describe('a rollback', () => {
  it('moves all aliases to the good release before the live one', async () => {
    const stage = await stageWith('one', 'two', 'three');

    const { release, moved, takenFrom } = await stage.rollBack();

    expect(release.id).toBe('two');
    expect(moved).toHaveLength(Object.keys(allAt('2')).length);
    expect(takenFrom).toBeUndefined();
    expect(stage.live()).toEqual(allAt('2'));
    expect(outcomes(stage)).toEqual(['three left', 'two good', 'one good']);
    expect(stage.releases()[0]?.reason).toBe('rolled back by the operator');
    expect(stage.holder()).toBeUndefined();
  });

  it('passes over failed releases, although their versions are the next lower ones', async () => {
    const stage = await stageWith('one');
    await stage.deploy('bad', { watchError: 'errors' }).catch(() => {});
    await stage.deploy('worse', { watchError: 'errors' }).catch(() => {});
    await stage.deploy('four');

    await stage.rollBack();

    expect(stage.live()).toEqual(allAt('1'));
  });

  it('goes further back each time', async () => {
    const stage = await stageWith('one', 'two', 'three');

    await stage.rollBack();
    await stage.rollBack();

    expect(stage.live()).toEqual(allAt('1'));
    await expect(stage.rollBack()).rejects.toThrow('there is no earlier good release');
    expect(stage.live()).toEqual(allAt('1'));
    expect(stage.holder()).toBeUndefined();
  });

  it('goes to the release that TO names, also forward again', async () => {
    const stage = await stageWith('one', 'two', 'three');

    await stage.rollBack('one');
    expect(stage.live()).toEqual(allAt('1'));
    await stage.rollBack('three');

    expect(stage.live()).toEqual(allAt('3'));
    expect(outcomes(stage)).toEqual(['three good', 'two left', 'one good']);
  });

  it('refuses a release that is unknown, or that was never live as a whole', async () => {
    const stage = await stageWith('one');
    await stage.deploy('bad', { problems: ['no response'] }).catch(() => {});

    await expect(stage.rollBack('three')).rejects.toThrow('there is no release three');
    await expect(stage.rollBack('bad')).rejects.toThrow('release bad is failed');
    expect(stage.live()).toEqual(allAt('1'));
  });

  it('refuses a release with deleted versions before it moves any alias', async () => {
    const stage = await stageWith('one', 'two');
    stage.deleted.add('sweeper 1');

    await expect(stage.rollBack()).rejects.toThrow(
      'the versions of release one are deleted: sweeper',
    );
    expect(stage.live()).toEqual(allAt('2'));
  });

  it('takes the lock from a deployment that hangs, and says whose it was', async () => {
    const stage = await stageWith('one', 'two');
    await stage.deploy('three', { killedAt: 15 }).catch(() => {});

    const { takenFrom } = await stage.rollBack();

    expect(takenFrom).toMatchObject({ what: 'make deploy', who: 'caller 3' });
    expect(stage.live()).toEqual(allAt('2'));
  });

  it('names the aliases that it did not move, moves all others, and can be repeated', async () => {
    const stage = await stageWith('one', 'two');

    await expect(stage.rollBack(undefined, { stuck: ['sweeper'] })).rejects.toThrow(
      'run the command again: sweeper: it is stuck',
    );
    expect(stage.live()).toEqual({ ...allAt('1'), sweeper: '2' });
    await stage.rollBack();

    expect(stage.live()).toEqual(allAt('1'));
  });

  it.for(['killedAt', 'killedAfter'] as const)(
    'that is killed at any call (%s) reaches the same release when it is repeated',
    async (when) => {
      const whole = await stageWith('one', 'two', 'three');
      await whole.rollBack();
      const total = whole.calls();
      for (let n = 1; n < total; n += 1) {
        const stage = await stageWith('one', 'two', 'three');
        await stage.rollBack(undefined, { [when]: n }).catch(() => {});
        const isMoved = Object.values(stage.live()).every((version) => version === '2');
        if (!isMoved) await stage.rollBack();
        expect([n, stage.live()]).toEqual([n, allAt('2')]);
      }
    },
  );
});
