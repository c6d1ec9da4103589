import { afterEach, describe, expect, it, vi } from 'vitest';
import { env, envNamesRead } from '#lib/platform/env.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

describe('env', () => {
  it('throws an error with the name of a missing variable', () => {
    vi.stubEnv('MESSAGES_TABLE', undefined);

    expect(() => env('MESSAGES_TABLE')).toThrow('MESSAGES_TABLE is missing');
  });

  it.each([
    { name: 'STAGE', value: 'production' },
    { name: 'LOG_LEVEL', value: 'loud' },
    { name: 'MESSAGES_TOPIC_ARN', value: 'rez-agent-messages-dev' },
    { name: 'HTTP_TIMEOUT_MS', value: 'soon' },
    { name: 'HTTP_MAX_RETRIES', value: '-1' },
    { name: 'DEAD_LETTER_QUEUES', value: 'not a url' },
    { name: 'DEAD_LETTER_QUEUES', value: 'https://a.example,' },
    { name: 'DEAD_LETTER_QUEUES', value: 'https://a.example, https://b.example' },
    { name: 'LOCAL_ORIGINS', value: '*' },
    { name: 'JWKS_URL', value: '' },
  ] as const)('throws for $name=$value without the value in the error', ({ name, value }) => {
    vi.stubEnv(name, value);

    expect(() => env(name)).toThrow(`environment variable ${name} is malformed`);
  });

  it.each([
    { name: 'STAGE', expected: 'dev' },
    { name: 'AWS_REGION', expected: 'us-east-1' },
    { name: 'LOG_LEVEL', expected: 'info' },
    { name: 'HTTP_MAX_RETRIES', expected: 3 },
    { name: 'HTTP_TIMEOUT_MS', expected: 10_000 },
  ] as const)('uses $expected for $name when it is not set', ({ name, expected }) => {
    vi.stubEnv(name, undefined);

    expect(env(name)).toBe(expected);
  });

  it.each([
    { value: '', expected: [] },
    { value: 'https://a.example', expected: ['https://a.example'] },
    { value: 'https://a.example,http://b:1/c', expected: ['https://a.example', 'http://b:1/c'] },
  ])('reads the list "$value" as $expected', ({ value, expected }) => {
    vi.stubEnv('REDIRECT_URIS', value);

    expect(env('REDIRECT_URIS')).toEqual(expected);
  });

  it('records the names of the variables that were read', () => {
    env('METRICS_TABLE');

    expect(envNamesRead()).toContain('METRICS_TABLE');
  });

  it.each([
    { stage: 'dev', is: [true, false, false] },
    { stage: 'stage', is: [false, true, false] },
    { stage: 'prod', is: [false, false, true] },
  ])('sets one of the three constants for the stage $stage', async ({ stage, is }) => {
    vi.stubEnv('STAGE', stage);
    vi.resetModules();

    const { isDevelopment, isStaging, isProduction } = await import('#lib/platform/env.ts');

    expect([isDevelopment, isStaging, isProduction]).toEqual(is);
  });
});
