import { DescribeUserPoolClientCommand } from '@aws-sdk/client-cognito-identity-provider';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Message } from '#lib/messages/message.ts';
import { nameOf, STAGE } from '#scripts/local/clients.ts';
import { ALIAS } from '#scripts/local/code.ts';
import { allowReturnTo } from '#scripts/local/public-url.ts';
import { poolClientId, poolOf } from '#scripts/users/pool.ts';
import { openScene, type Scene } from './support/scene.ts';

const { apiUrl } = inject('platform');

describe('the address of the platform', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await openScene();
  });
  afterAll(() => scene.close());

  const client = async (name: 'mcp' | 'web') => {
    const { cognito } = scene.clients;
    const { id: UserPoolId } = await poolOf(cognito, STAGE);
    const ClientId = await poolClientId(cognito, { id: UserPoolId, stage: STAGE, client: name });
    const { UserPoolClient = {} } = await cognito.send(
      new DescribeUserPoolClientCommand({ UserPoolId, ClientId }),
    );
    const { CallbackURLs = [], LogoutURLs, LastModifiedDate, ...settings } = UserPoolClient;
    return { callbacks: [...CallbackURLs].sort(), changed: LastModifiedDate, settings };
  };

  it.each(['mcp', 'notification', 'processor', 'scheduler', 'web-api'])(
    'is an environment variable of %s',
    async (name) => {
      const { Environment } = await scene.clients.lambda.send(
        new GetFunctionConfigurationCommand({ FunctionName: nameOf(name), Qualifier: ALIAS }),
      );

      expect(Environment?.Variables?.PUBLIC_URL).toBe(apiUrl);
    },
  );

  it('is an allowed callback of the sign-in, beside those of the stage', async () => {
    const { callbacks } = await client('web');

    expect(callbacks).toEqual(
      [
        'http://localhost:5173/callback',
        'http://localhost:8976/callback',
        `${apiUrl}/callback`,
      ].sort(),
    );
  });

  it('has the only callback of the sign-in of MCP clients', async () => {
    const { callbacks } = await client('mcp');

    expect(callbacks).toEqual([`${apiUrl}/oauth/callback`]);
  });

  it.each([
    { name: 'web', path: '/callback' },
    { name: 'mcp', path: '/oauth/callback' },
  ] as const)(
    'replaces its old callback of client $name when the port changes, and changes nothing else of it',
    async ({ name, path }) => {
      const before = await client(name);

      await allowReturnTo(scene.clients, apiUrl);
      const same = await client(name);
      await allowReturnTo(scene.clients, 'http://localhost:1');
      const moved = await client(name);
      await allowReturnTo(scene.clients, apiUrl);

      expect(same).toEqual(before);
      expect(moved.settings).toEqual(before.settings);
      expect(moved.callbacks).toContain(`http://localhost:1${path}`);
      expect(moved.callbacks).not.toContain(`${apiUrl}${path}`);
      expect((await client(name)).callbacks).toEqual(before.callbacks);
    },
  );

  it.each([
    { click: `${apiUrl}/messages`, status: 201 },
    { click: 'http://localhost:1/messages', status: 400 },
  ])(
    'is accepted as the link of a push, but no other plain address is: $click gets $status',
    async ({ click, status }) => {
      const { api, completed, ntfy, topic } = scene;

      const posted = await api<Message>('/api/messages', {
        message_type: 'notify',
        payload: { message: `Look at ${click}`, click },
      });

      expect(posted.status).toBe(status);
      if (status !== 201) return;
      await completed(posted.body.correlation_id, 1);
      expect(ntfy.messages(topic)).toContainEqual(expect.objectContaining({ click }));
    },
  );
});
