import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { GetParametersCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coursesOf, serviceOfCourse } from '#lib/actions/courses.ts';
import { serviceOf } from '#lib/actions/services.ts';
import { parameterName } from '#scripts/local/contents.ts';
import { openPlatform, type Platform } from './support/platform.ts';

describe('the outside services of the local platform', () => {
  let platform: Platform;

  beforeAll(async () => {
    platform = await openPlatform();
  });
  afterAll(() => platform.close());

  const parameters = async () => {
    const names = ['contact', 'courses', 'home', 'services'] as const;
    const { Parameters = [] } = await platform.clients.ssm.send(
      new GetParametersCommand({ Names: names.map(parameterName) }),
    );
    const textOf = (name: string) =>
      Parameters.find(({ Name }) => Name === parameterName(name))?.Value;
    const [contact, courses, home, services] = names.map(textOf);
    return { contact, courses, home, services };
  };

  it('are the origins of every course that the platform knows, and of the weather', async () => {
    const { weather, golf } = await platform.services();

    const configuration = { parameters: await parameters() };
    const origins = coursesOf(configuration).map(
      (course) => [course.name, serviceOfCourse(course, configuration).origin] as const,
    );
    const weatherGov = { name: 'weather-gov', origin: 'https://api.weather.gov' };

    expect(Object.fromEntries(origins)).toEqual(
      Object.fromEntries(golf.sites.map(({ course, url }) => [course.name, url])),
    );
    expect(serviceOf(weatherGov, configuration).origin).toBe(weather.url);
  });

  it('give the platform a forecast for its home, and let its golfer sign in', async () => {
    const { weather, golf } = await platform.services();
    const { home, contact } = await parameters();
    const SecretId = 'rez-agent/golf/credentials-dev';
    const secret = await platform.clients.secrets.send(new GetSecretValueCommand({ SecretId }));
    const golfer = JSON.parse(secret.SecretString ?? '') as { username: string; password: string };

    const forecast = await fetch(`${weather.url}/points/${home}`, {
      headers: { 'User-Agent': `rez-agent (${contact})`, Accept: 'application/geo+json' },
    });
    const token = await fetch(`${golf.site('west').url}/identityapi/connect/token`, {
      method: 'POST',
      headers: { origin: golf.site('west').url, 'client-id': 'onlineresweb' },
      body: new URLSearchParams({ grant_type: 'password', scope: 'openid', ...golfer }),
    });

    expect(forecast.status).toBe(200);
    expect(token.status).toBe(200);
  });
});
