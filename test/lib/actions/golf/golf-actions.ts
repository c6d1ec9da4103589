import type { ActionContext, ActionOperation } from '#lib/actions/action.ts';
import type { Course } from '#lib/actions/courses.ts';
import { credentialCache } from '#lib/credentials/credentials.ts';
import { allowedOrigins } from '#lib/http/allowed-origins.ts';
import { httpClient } from '#lib/http/client.ts';
import type { HttpResponse } from '#lib/http/response.ts';
import type { Service } from '#lib/http/service.ts';
import { systemClock } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import { LOCAL_COURSES, type SiteCourse } from '#scripts/local/golf/site-course.ts';
import { ADA, GOLF_NOW, GOLF_SCOPE, golfAt } from '#test/scripts/local/golf/golf-client.ts';
import { capturingLog } from '#test/support/log.ts';

export interface GolfActionsOptions {
  now?: string;
  /** The course whose site a golfer can reach as a client, too. */
  at?: 'east' | 'west';
  /** Over that site. */
  site?: Partial<SiteCourse>;
  /** The courses whose sites are started. */
  courses?: readonly SiteCourse[];
  /** Over the configuration of every course, to contradict its site. */
  course?: Partial<Course>;
  /** The time that a run has. Milliseconds. */
  budgetMs?: number;
  /** The timeout of one request. Milliseconds. */
  timeoutMs?: number;
}

/** How the platform is configured for a site. */
const courseOf = ({ siteId, terminalId, daysInAdvance, ...site }: SiteCourse): Course => ({
  name: site.name,
  title: site.title,
  origin: `https://${site.name}.example`,
  link: `https://${site.name}.example/book`,
  zone: site.zone,
  latitude: 40,
  longitude: -75,
  generation: site.generation,
  course_id: site.courseId,
  website_id: site.websiteId,
  site_id: `${siteId}`,
  terminal_id: `${terminalId}`,
  client_id: site.clientId,
  scope: GOLF_SCOPE,
  days_ahead: daysInAdvance,
  automation: 'allowed',
});

/** Golf sites, and runs of operations that reach them through the HTTP client and the credentials of the platform. */
export const golfActions = async (options: GolfActionsOptions = {}) => {
  const { now = GOLF_NOW, at = 'east', course = {}, budgetMs = 60_000 } = options;
  const { site = {}, courses = LOCAL_COURSES } = options;
  const sites = await golfAt(at, { now, course: site, courses });
  const { golf, clock: time } = sites;
  const clock = { now: () => time.ms, sleep: systemClock.sleep };
  const log = capturingLog();
  const origins = golf.sites.map(({ url }) => url);
  const client = httpClient({
    allowed: allowedOrigins(origins, origins),
    timeoutMs: options.timeoutMs ?? 10_000,
    clock,
  });
  /** Responses that replace those of the sites, by resource. */
  const replies = new Map<string, HttpResponse>();
  const reply = (resource: string, body: unknown, status = 200) =>
    void replies.set(resource, {
      status,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
    });

  const send = async (
    service: Service,
    request: Pick<Parameters<ActionContext['call']>[1], 'method' | 'path' | 'headers' | 'body'>,
  ): Promise<HttpResponse> => {
    const { method, path, headers = {}, body } = request;
    const reply = replies.get(/\/(\w+)(?:\?|$)/.exec(path)?.[1] ?? '');
    if (reply !== undefined) return reply;
    const response = await client({
      method,
      url: `${service.origin}${path}`,
      headers,
      ...(body === undefined ? {} : { body }),
      deadlineMs: time.ms + budgetMs,
    });
    if (response.headers['cf-mitigated'] !== undefined) {
      throw new AppError('invalid', 'BLOCKED_BY_PROVIDER', 'only browsers');
    }
    if (response.status >= 500) throw new AppError('unavailable', 'HTTP_5XX', 'failed');
    if (response.status === 429) throw new AppError('unavailable', 'HTTP_429', 'too many');
    return response;
  };
  const credentials = credentialCache({ clock, log })({
    readSecret: async () => ({
      value: { username: ADA.username, password: ADA.password },
      isCached: false,
    }),
    call: send,
  });
  /** The requests of the API, in order. */
  const calls: { service: string; path: string; headers: Record<string, string> }[] = [];
  /** The waits of operations. Milliseconds. */
  const waits: number[] = [];

  const context = (): ActionContext => {
    const { signal } = new AbortController();
    const limits = { deadlineMs: time.ms + budgetMs, signal };
    return {
      messageId: 'msg_20260706143000_0000000000000000',
      isOwnPost: true,
      ...limits,
      clock: {
        now: clock.now,
        sleep: async (ms) => {
          waits.push(ms);
          time.ms += ms;
        },
      },
      log,
      configuration: {
        parameters: {
          contact: undefined,
          home: undefined,
          courses: JSON.stringify(
            golf.sites.map((site) => ({ ...courseOf(site.course), ...course })),
          ),
          services: JSON.stringify(
            Object.fromEntries(golf.sites.map((site) => [`cps-${site.course.name}`, site.url])),
          ),
        },
        endpoint: async () => undefined,
      },
      call: async (service, { authentication = { type: 'none' }, ...request }) => {
        const { headers = {}, path } = request;
        calls.push({ service: service.name, path, headers });
        const { headers: authorization } = await credentials.authorize(
          service,
          authentication,
          limits,
        );
        const response = await send(service, {
          ...request,
          headers: { ...headers, ...authorization },
        });
        if (response.status !== 401 && response.status !== 403) return response;
        throw new AppError('unavailable', 'CREDENTIALS_REFUSED', 'refused');
      },
      claims: async (service, authentication) =>
        (await credentials.authorize(service, authentication, limits)).claims ?? {},
      remember: (_memory, _schema, load) => load(),
      forget: async () => {},
    };
  };

  return {
    time,
    golf,
    site: golf.site,
    /** A golfer who books at the site without the platform. */
    golfer: sites.client,
    log,
    calls,
    waits,
    reply,
    run: (operation: ActionOperation, input: unknown): Promise<unknown> =>
      operation.run(input, context()),
  };
};
