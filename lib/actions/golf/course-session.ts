import { randomUUID } from 'node:crypto';
import type { ActionContext, OutsideRequest } from '#lib/actions/action.ts';
import { type Course, serviceOfCourse } from '#lib/actions/courses.ts';
import type { Authentication } from '#lib/credentials/authentication.ts';
import type { HttpResponse } from '#lib/http/response.ts';
import { MINUTE_MS } from '#lib/platform/clock.ts';
import { type Zone, zoneOf } from '#lib/platform/zone.ts';
import { noonOf } from './local-day.ts';

/** A request to the API of a course. */
export interface CourseRequest
  extends Pick<OutsideRequest, 'judge' | 'responseError' | 'repeatable'> {
  /** The name of the resource, such as `TeeTimes`. */
  resource: string;
  query?: Readonly<Record<string, string | number | boolean>>;
  /** Sent as JSON, by POST. */
  body?: unknown;
  /** The local day that the request is about, as its midnight. The site checks the offset of that day. */
  dayMs: number;
}

/** The API of one course. Errors are those of `ActionContext.call` and `ActionContext.claims`. */
export interface CourseSession {
  course: Course;
  zone: Zone;
  call: (request: CourseRequest) => Promise<HttpResponse>;
  /** The claims of the golfer's token. */
  claims: () => Promise<Readonly<Record<string, unknown>>>;
}

const API = '/onlineres/onlineapi/api/v1/onlinereservation';

/** Opens the API of a course. Nothing is sent until the first call. */
export const courseSession = (
  course: Course,
  { configuration, call, claims }: Pick<ActionContext, 'configuration' | 'call' | 'claims'>,
): CourseSession => {
  const service = serviceOfCourse(course, configuration);
  const zone = zoneOf(course.zone);
  const authentication: Authentication = {
    type: 'oauth_password',
    secret: 'golf/credentials',
    token_path: '/identityapi/connect/token',
    keys_path: '/identityapi/.well-known/openid-configuration/jwks',
    client_id: course.client_id,
    scope: course.scope,
  };

  const headersOf = (dayMs: number): Record<string, string> => ({
    accept: 'application/json',
    'client-id': course.client_id,
    'x-componentid': '1',
    'x-websiteid': course.website_id,
    'x-siteid': course.site_id,
    'x-terminalid': course.terminal_id,
    'x-moduleid': '7',
    'x-productid': '1',
    'x-timezone-offset': `${-zone.offsetAt(noonOf(dayMs, zone)) / MINUTE_MS}`,
    'x-timezoneid': course.zone,
    origin: service.origin,
  });

  return {
    course,
    zone,
    call: ({ resource, query = {}, body, dayMs, ...options }) =>
      call(service, {
        ...options,
        path: `${API}/${resource}${queryText(query)}`,
        ...(body === undefined
          ? { method: 'GET', headers: headersOf(dayMs) }
          : {
              method: 'POST',
              headers: { ...headersOf(dayMs), 'content-type': 'application/json' },
              body: JSON.stringify(body),
            }),
        // A site refuses an id that it has seen.
        headersOfTry: () => ({ 'x-requestid': randomUUID() }),
        authentication,
        expects: 'json',
      }),
    claims: () => claims(service, authentication),
  };
};

/** The site does not read `+` as a blank. */
const queryText = (query: NonNullable<CourseRequest['query']>): string => {
  const pairs = Object.entries(query).map(
    ([name, value]) => `${name}=${encodeURIComponent(value)}`,
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
};
