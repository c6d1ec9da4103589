import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Message } from '#lib/messages/message.ts';
import { DAY_MS, iso } from '#lib/platform/clock.ts';
import { writeParameter } from '#scripts/configuration/write-parameter.ts';
import { writeSecret } from '#scripts/configuration/write-secret.ts';
import { STAGE } from '#scripts/local/clients.ts';
import { aPlainEndpoint } from '#test/lib/actions/http/endpoint-builder.ts';
import { newRun } from './support/rows.ts';
import { openScene, type Scene } from './support/scene.ts';
import type { Services } from './support/services.ts';
import { sinksSince } from './support/sinks.ts';
import { webActionsOf } from './support/web-actions.ts';

const basic = (password: string) => Buffer.from(`ada:${password}`).toString('base64');

/** How endpoints authenticate: the value of the secret, and the header that the service requires. */
const KINDS = [
  {
    ...{ name: 'e2e-bearer', auth: { type: 'bearer' } },
    secretOf: (text: string) => ({ token: text }),
    headerOf: (text: string) => ['authorization', `Bearer ${text}`] as const,
  },
  {
    ...{ name: 'e2e-api-key', auth: { type: 'api_key', header: 'X-Lamp-Key' } },
    secretOf: (text: string) => ({ key: text }),
    headerOf: (text: string) => ['x-lamp-key', text] as const,
  },
  {
    ...{ name: 'e2e-basic', auth: { type: 'basic' } },
    secretOf: (text: string) => ({ username: 'ada', password: text }),
    headerOf: (text: string) => ['authorization', `Basic ${basic(text)}`] as const,
  },
];
type Kind = (typeof KINDS)[number];

const GOLF = 'golf/credentials';

describe('the credentials of web actions', () => {
  let scene: Scene;
  let services: Services;
  let sinceMs: number;
  const secrets: string[] = [];

  const newSecret = (): string => {
    const secret = `canary${randomBytes(12).toString('hex')}`;
    secrets.push(secret, basic(secret));
    return secret;
  };
  const setSecret = (name: string, value: object) =>
    writeSecret(name, JSON.stringify(value), { stage: STAGE, secrets: scene.clients.secrets });
  const breakers = [...KINDS.map(({ name }) => `http-${name}`), 'cps-east', 'ntfy'];
  const resetBreakers = () => Promise.all(breakers.map(scene.resetBreaker));

  beforeAll(async () => {
    sinceMs = Date.now();
    scene = await openScene();
    services = await scene.services();
    const { ssm } = scene.clients;
    for (const { name, auth } of KINDS) {
      const definition = aPlainEndpoint({
        ...{ title: `Lamp ${name}`, origin: services.endpoint.url, path: `/${name}`, auth },
      });
      const text = JSON.stringify(definition);
      await writeParameter(`endpoints/${name}`, text, { stage: STAGE, isLocal: true, ssm });
    }
    await resetBreakers();
    await scene.renew('web-action');
  });

  afterAll(async () => {
    const { password } = inject('platform').servicePorts;
    await setSecret(GOLF, { username: services.golfer.username, password });
    await scene.renew('web-action');
    await resetBreakers();
    await scene.close();
  });

  const call = async (name: string) => {
    const run = newRun(name);
    const actions = webActionsOf(scene, run);
    const payload = { action: 'http', endpoint: name };
    const posted = await actions.post({ payload, arguments: { operation: 'call' } });
    return { run, posted, ...actions };
  };
  const statuses = (name: string) =>
    services.endpoint.received
      .filter(({ path }) => path === `/${name}`)
      .map(({ status }) => status);
  const setBoth = async ({ name, headerOf, secretOf }: Kind, secret: string) => {
    services.endpoint.accepted.set(`/${name}`, headerOf(secret));
    await setSecret(`http/${name}`, secretOf(secret));
  };
  const actionIn = (rows: readonly Message[]) =>
    rows.find(({ message_type }) => message_type === 'web_action');

  it('belong to endpoints that the API lists beside the operations', async () => {
    await scene.renew('web-api');

    const { status, body } = await scene.api<{ data: { title: string }[] }>('/api/actions');

    expect(status).toBe(200);
    expect(body.data.map(({ title }) => title)).toEqual(
      expect.arrayContaining(['Weather forecast', ...KINDS.map(({ name }) => `Lamp ${name}`)]),
    );
  });

  it.each(KINDS)('of $name are sent, and replaced while calls go on', async (kind) => {
    const { name } = kind;
    await setBoth(kind, newSecret());
    const before = await call(name);
    const first = await scene.completed(before.run, 2);

    await setBoth(kind, newSecret());
    const after = await call(name);
    const second = await scene.completed(after.run, 2);

    // The old one was cached and refused once, and nothing failed.
    expect(statuses(name)).toEqual([200, 401, 200]);
    for (const rows of [first, second]) {
      expect(actionIn(rows)).toMatchObject({
        ...{ attempt: 1, retry_count: 0 },
        result: { data: { status: 200, answer: { you_sent: expect.any(Object) } } },
      });
    }
    expect(actionIn(second)).not.toHaveProperty('error_code');
    const breaker = await scene.rows.read('circuit-breaker', { service_name: `http-${name}` });
    expect(breaker?.state ?? 'closed').toBe('closed');
  });

  it('that a service refuses open its breaker, one push says what to set, and the call then completes', async () => {
    const [kind] = KINDS as [Kind];
    const { name } = kind;
    const { eventually, ntfy, renew, resetBreaker, sweep, topic } = scene;
    const right = newSecret();
    services.endpoint.accepted.set(`/${name}`, kind.headerOf(right));
    await renew('web-action');

    const refused = await call(name);
    const parked = await refused.seen(
      refused.posted,
      'a parked call',
      (row) => row.retry_count > 0,
    );
    await sweep();
    await sweep();
    const reports = () =>
      ntfy.phone(topic).filter(({ title }) => title === `http-${name} refuses our credentials`);
    await eventually(
      'a push about the secret',
      { runs: [`opened-http-${name}`] },
      () => reports().length > 0,
    );
    await setBoth(kind, right);
    await resetBreaker(`http-${name}`);
    await renew('web-action');
    await refused.released(2);

    expect(parked).toMatchObject({ status: 'queued', error_code: 'CREDENTIALS_REFUSED' });
    expect(reports()).toMatchObject([
      { message: expect.stringContaining(`make secret NAME=http/${name} STAGE=dev`) },
    ]);
  });

  it('of the golfer are replaced while searches go on: the token, too', async () => {
    const site = services.golf.site('east');
    const { golfer } = services;
    const search = async (players: number) => {
      const run = newRun('golf-secret');
      await webActionsOf(scene, run).post({
        payload: {
          ...{ action: 'golf', course: 'east', players, from: '07:00', to: '15:00' },
          date: iso(Date.now() + 3 * DAY_MS).slice(0, 10),
        },
        arguments: { operation: 'search_tee_times' },
      });
      return actionIn(await scene.completed(run, 2));
    };
    secrets.push(golfer.password);
    const before = await search(1);

    golfer.password = newSecret();
    site.expireTokens();
    await setSecret(GOLF, { username: golfer.username, password: golfer.password });
    const after = await search(2);

    for (const row of [before, after]) expect(row).toMatchObject({ attempt: 1, retry_count: 0 });
    expect(site.refusals).toEqual(['TeeTimes: the token was revoked']);
    const logins = site.received.filter(({ path }) => path.endsWith('/connect/token'));
    expect(logins).toHaveLength(2);
    for (const { headers } of site.received) {
      if (headers.authorization) secrets.push(headers.authorization.replace('Bearer ', ''));
    }
  });

  it('are in no row, log line or push (F66)', async () => {
    const sinks = await sinksSince(scene, sinceMs);

    const leaks = [...sinks].flatMap(([where, text]) =>
      secrets.filter((secret) => text.includes(secret)).map((secret) => `${where}: ${secret}`),
    );
    expect(secrets.length).toBeGreaterThan(15);
    for (const [where, text] of sinks) expect(text.length, where).toBeGreaterThan(0);
    expect(sinks.get('table web-action-results')).toContain('[redacted]');
    expect(leaks).toEqual([]);
  });
});
