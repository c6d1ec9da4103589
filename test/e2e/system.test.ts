import { DeleteParameterCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as z from 'zod/mini';
import type { SYSTEM } from '#handlers/web-api/contract/entries/system.ts';
import { writeParameter } from '#scripts/configuration/write-parameter.ts';
import { writeSecret } from '#scripts/configuration/write-secret.ts';
import { STAGE } from '#scripts/local/clients.ts';
import { parameterName } from '#scripts/local/contents.ts';
import { aPlainEndpoint } from '#test/lib/actions/http/endpoint-builder.ts';
import { openScene, type Scene } from './support/scene.ts';

const ENDPOINT = 'e2e-system';
const SECRET = `http/${ENDPOINT}`;

describe('the state of the platform', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await openScene();
    await scene.resetBreaker();
    const definition = aPlainEndpoint({ auth: { type: 'bearer' } });
    const { ssm } = scene.clients;
    await writeParameter(`endpoints/${ENDPOINT}`, JSON.stringify(definition), {
      ...{ stage: STAGE, isLocal: true, ssm },
    });
  });

  afterAll(async () => {
    const Name = parameterName(`endpoints/${ENDPOINT}`);
    await scene.clients.ssm.send(new DeleteParameterCommand({ Name }));
    await scene.renew('web-api');
    await scene.close();
  });

  /** The report of a new process, which has cached nothing. */
  const report = async () => {
    await scene.renew('web-api');
    return scene.api<z.output<typeof SYSTEM.schema>>('/api/system');
  };
  const namesOf = (missing: { name: string }[] | null) => missing?.map(({ name }) => name);

  it('is reported without a part that cannot be read', async () => {
    const { status, body } = await report();

    expect(status).toBe(200);
    expect(body.unavailable).toEqual([]);
    expect(body).toMatchObject({ stage: 'dev', health: { checks: { sns: { status: 'ok' } } } });
    expect(body.breakers).toContainEqual({
      ...{ service: 'ntfy', state: 'closed', reason: null, failures: 0 },
      ...{ opened_at: null, next_trial_at: null },
    });
    expect(body.queues?.map(({ name }) => name)).toEqual([
      ...['fires', 'messages', 'notifications', 'schedule-creation', 'schedules', 'web-actions'],
    ]);
  });

  it('contains the last tick of the sweeper', async () => {
    const beforeMs = Date.now();
    await scene.sweep();

    const { body } = await report();

    expect(Date.parse(body.sweeper?.last_tick_at ?? '')).toBeGreaterThanOrEqual(beforeMs);
    expect(body.sweeper?.age_seconds).toBeLessThan(60);
  });

  it('lists the secret of an endpoint until it is set', async () => {
    const before = await report();
    const { secrets } = scene.clients;
    await writeSecret(SECRET, '{"token":"canary"}', { stage: STAGE, secrets });
    const after = await report();

    expect(before.body.missing_secrets).toContainEqual({
      ...{ name: SECRET, needed_for: 'Light' },
      command: `make secret NAME=${SECRET} STAGE=dev (without STAGE for make dev)`,
    });
    expect(namesOf(after.body.missing_secrets)).not.toContain(SECRET);
    expect(JSON.stringify(after.body)).not.toContain('canary');
  });
});
