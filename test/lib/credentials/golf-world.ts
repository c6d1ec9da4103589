import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { startGolf } from '#scripts/local/golf/golf-server.ts';
import { newRsaKeyPair } from '#scripts/local/golf/signing-keys.ts';
import { LOCAL_COURSES } from '#scripts/local/golf/site-course.ts';
import { seeded } from '#test/support/random.ts';
import { credentialWorld } from './credential-world.ts';

export const GOLF_SECRET_ID = 'rez-agent/golf/credentials-dev';
const SCOPE =
  'openid profile onlinereservation sale inventory sh customer email recommend references';

/** Pairs of keys that every test of a process uses again, the first one first. */
const pairs: ReturnType<typeof newRsaKeyPair>[] = [];

/** The site of a course, and the credentials of the platform for it. */
export const golfWorld = async () => {
  const time = { ms: Date.parse('2026-07-06T14:30:00Z') };
  const account = {
    username: 'ada@example.com',
    password: 'correct horse',
    golferId: 4_711,
    acct: '10042',
    email: 'ada@example.com',
  };
  let madeKeys = 0;
  const golf = await startGolf({
    accounts: [account],
    courses: LOCAL_COURSES.filter(({ name }) => name === 'east'),
    clock: { now: () => time.ms, sleep: async () => undefined },
    random: seeded(1),
    newKeyPair: () => {
      const pair = pairs[madeKeys] ?? newRsaKeyPair();
      pairs[madeKeys] = pair;
      madeKeys += 1;
      return pair;
    },
  });
  onTestFinished(golf.stop);
  const site = golf.site('east');
  const { course } = site;
  const secretOf = ({ username, password }: typeof account) =>
    JSON.stringify({ username, password });
  const world = await credentialWorld({
    service: { name: 'cps-east', origin: site.url },
    authentication: {
      type: 'oauth_password',
      secret: 'golf/credentials',
      token_path: '/identityapi/connect/token',
      keys_path: '/identityapi/.well-known/openid-configuration/jwks',
      client_id: course.clientId,
      scope: SCOPE,
    },
    values: { [GOLF_SECRET_ID]: secretOf(account) },
    clock: time,
  });
  const path = `/onlineres/onlineapi/api/v1/onlinereservation/UpcomingReservation?golferId=${account.golferId}&pageSize=14&currentPage=1`;
  const headers = {
    'client-id': course.clientId,
    'x-componentid': '1',
    'x-websiteid': course.websiteId,
    'x-siteid': `${course.siteId}`,
    'x-terminalid': `${course.terminalId}`,
    'x-moduleid': '7',
    'x-productid': '1',
    'x-timezone-offset': '240',
    'x-timezoneid': course.zone,
    origin: site.url,
  };
  return {
    ...world,
    site,
    account,
    /** The status of a call of the site. */
    call: () => world.get(path, () => ({ ...headers, 'x-requestid': randomUUID() })),
    /** The golfer changes the password at the site. */
    changePassword: (password: string) => {
      account.password = password;
    },
    /** The operator stores the password of the site. */
    storePassword: () => {
      world.manager.secrets.set(GOLF_SECRET_ID, secretOf(account));
    },
  };
};
