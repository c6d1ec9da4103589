import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { STAGE } from '#scripts/local/clients.ts';
import { localToken, saveLocalUser } from '#scripts/users/local-users.ts';
import { newPassword } from '#scripts/users/password.ts';
import { keepPassword } from '#scripts/users/passwords.ts';
import { poolOf } from '#scripts/users/pool.ts';
import { saveUser } from '#scripts/users/save-user.ts';
import { claimsOf } from './support/people.ts';
import { openScene, type Scene } from './support/scene.ts';

describe('users of the local platform', () => {
  let scene: Scene;
  let dir: string;
  let file: string;

  beforeAll(async () => {
    scene = await openScene();
    dir = mkdtempSync(join(tmpdir(), 'users-'));
    file = join(dir, 'users.json');
  });
  afterAll(async () => {
    rmSync(dir, { recursive: true, force: true });
    await scene.close();
  });

  const save = (email: string, role: 'admin' | 'viewer' | 'none') =>
    saveLocalUser(scene.clients, { email, role }, file);
  const groupsOf = async (email: string) => {
    const { endpoint } = inject('platform');
    const token = await localToken(scene.clients, { endpoint, email, file });
    return claimsOf(token)['cognito:groups'] ?? [];
  };

  it('are created once, keep their password, and have the role that was set last', async () => {
    const first = await save('first@example.org', 'admin');
    const asAdmin = await groupsOf('first@example.org');
    const second = await save('first@example.org', 'viewer');
    const asViewer = await groupsOf('first@example.org');
    await save('first@example.org', 'none');

    expect([first.isNew, second.isNew]).toEqual([true, false]);
    expect(second.password).toBe(first.password);
    expect([asAdmin, asViewer]).toEqual([['admin'], ['viewer']]);
    expect(await groupsOf('first@example.org')).toEqual([]);
  });

  it('sign in with the stored password after they were created again', async () => {
    keepPassword('again@example.org', newPassword(), file);

    const { isNew } = await save('again@example.org', 'viewer');

    expect(isNew).toBe(false);
    expect(await groupsOf('again@example.org')).toEqual(['viewer']);
  });

  it('cannot sign in with a command when they were created elsewhere', async () => {
    const { id } = await poolOf(scene.clients.cognito, STAGE);
    const user = { email: 'elsewhere@example.org', role: 'viewer' as const };
    await saveUser(scene.clients.cognito, id, { ...user, password: newPassword() });

    await expect(groupsOf('elsewhere@example.org')).rejects.toThrow('make user EMAIL=elsewhere');
    keepPassword('elsewhere@example.org', newPassword(), file);
    await expect(groupsOf('elsewhere@example.org')).rejects.toThrow('wrong password');
  });

  it('exist after a restart', async () => {
    await save('lasting@example.org', 'viewer');

    await scene.restartAws();

    expect(await groupsOf('lasting@example.org')).toEqual(['viewer']);
  });
});
