import {
  CreateSecretCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { checkedSecret, writeSecret } from '#scripts/configuration/write-secret.ts';

const CANARY = 'canary5X0VZ2QK8T3M';

afterEach(() => vi.restoreAllMocks());

/** Secrets Manager with these names, and what was sent to it. */
const secretsManager = (...existing: string[]) => {
  const sent: { command: string; input: Record<string, unknown> }[] = [];
  vi.spyOn(SecretsManagerClient.prototype, 'send').mockImplementation(async (command: unknown) => {
    if (command instanceof PutSecretValueCommand) {
      sent.push({ command: 'put', input: { ...command.input } });
      if (existing.includes(command.input.SecretId ?? '')) return {};
      throw new ResourceNotFoundException({ message: 'not found', $metadata: {} });
    }
    if (command instanceof CreateSecretCommand) {
      sent.push({ command: 'create', input: { ...command.input } });
      return {};
    }
    throw new Error('unexpected command');
  });
  return { sent, secrets: new SecretsManagerClient({ region: 'us-east-1' }) };
};

describe('the value of a secret', () => {
  it.each([
    ['golf/credentials', { username: 'ada', password: 'p' }],
    ['golf/credentials', { username: 'ada', password: 'p', client_id: 'c', client_secret: 's' }],
    ['http/lamp', { token: 't' }],
    ['http/lamp', { key: 'k' }],
    ['http/lamp', { username: 'ada', password: 'p' }],
    ['http/lamp', { username: 'ada', password: 'p', client_id: 'c' }],
  ])('of %s can be %j', (name, value) => {
    expect(JSON.parse(checkedSecret(name, JSON.stringify(value, undefined, 2)))).toEqual(value);
  });

  it.each([
    ['golf/credentials', '{"token":"t"}', 'username is required'],
    ['golf/credentials', '{"username":"ada"}', 'password is required'],
    ['golf/credentials', `{"username":"ada","password":"${CANARY}\\n"}`, 'password must be'],
    ['golf/credentials', `{"username":"ada","password":"p","${CANARY}":1}`, 'unknown property'],
    ['golf/credentials', `{"username":"${CANARY}","username":"b"}`, 'is given twice'],
    ['golf/credentials', `{"${CANARY}":1,"${CANARY}":2}`, 'is given twice'],
    ['golf/credentials', `"${CANARY}"`, 'must be an object'],
    ['golf/credentials', CANARY, 'line 1, column 1'],
    ['http/lamp', `{"token":"${CANARY} "}`, 'token must be printable ASCII'],
    ['http/lamp', '{}', '{ token } or { key }'],
  ])('of %s cannot be %s, with an error that does not show it', (name, text, problem) => {
    let message = '';
    try {
      checkedSecret(name, text);
    } catch (error) {
      message = (error as Error).message;
    }

    expect(message).toContain(problem);
    expect(message).not.toContain('canary');
  });

  it.each([
    ...['', 'golf', 'golf/other', 'http/', 'http/Lamp', 'http/../x', 'ntfy-token', '__proto__'],
    // No endpoint can have these names.
    ...['http/1lamp', 'http/lamp-', `http/${'x'.repeat(41)}`, 'http/lamp\n'],
  ])('is refused for the unknown name %j', (name) => {
    expect(() => checkedSecret(name, '{"token":"t"}')).toThrow(
      'NAME must be golf/credentials or http/<endpoint>',
    );
  });

  it('is accepted for the longest name of an endpoint', () => {
    expect(checkedSecret(`http/${'x'.repeat(40)}`, '{"token":"t"}')).toBe('{"token":"t"}');
  });
});

describe('writing a secret', () => {
  it('replaces the value of the secret of the stage', async () => {
    const { sent, secrets } = secretsManager('rez-agent/golf/credentials-prod');

    expect(await writeSecret('golf/credentials', '{}', { stage: 'prod', secrets })).toBe(
      'replaced',
    );
    expect(sent).toEqual([
      {
        command: 'put',
        input: { SecretId: 'rez-agent/golf/credentials-prod', SecretString: '{}' },
      },
    ]);
  });

  it('creates the secret of an endpoint with its value', async () => {
    const { sent, secrets } = secretsManager();

    expect(await writeSecret('http/lamp', '{"key":"k"}', { stage: 'dev', secrets })).toBe(
      'created',
    );
    expect(sent.at(-1)).toMatchObject({
      command: 'create',
      input: { Name: 'rez-agent/http/lamp-dev', SecretString: '{"key":"k"}' },
    });
  });

  it('does not create the golf secret, which Terraform creates', async () => {
    const { sent, secrets } = secretsManager();

    await expect(writeSecret('golf/credentials', '{}', { stage: 'prod', secrets })).rejects.toThrow(
      'make deploy STAGE=prod',
    );
    expect(sent.map(({ command }) => command)).toEqual(['put']);
  });

  it('shows an error of AWS, unless it contains the value (F66)', async () => {
    const { secrets } = secretsManager();
    const send = vi.spyOn(SecretsManagerClient.prototype, 'send');
    const write = () => writeSecret('http/lamp', `{"key":"${CANARY}"}`, { stage: 'dev', secrets });
    const failWith = (message: string) =>
      send.mockImplementation(async () => {
        throw Object.assign(new Error(message), { name: 'ValidationException' });
      });

    failWith('not allowed');
    await expect(write()).rejects.toThrow('not allowed');
    failWith(`the value {"key":"${CANARY}"} is not allowed`);
    await expect(write()).rejects.toThrow('AWS refused the value with ValidationException');
  });
});
