import type { ActionContext, OutsideRequest, RunnableOperation } from '#lib/actions/action.ts';
import { commitCall } from '#lib/actions/commit-call.ts';
import type { Course } from '#lib/actions/courses.ts';
import type { CommitContext } from '#lib/actions/irreversible.ts';
import { serviceCalls } from '#lib/actions/service-calls.ts';
import { type SendToService, serviceClient } from '#lib/actions/service-client.ts';
import { credentialCache } from '#lib/credentials/credentials.ts';
import { usedCredentials } from '#lib/credentials/used-credentials.ts';
import type { Verdict } from '#lib/http/breaker/breaker-rules.ts';
import type { Breaker } from '#lib/http/breaker/circuit-breaker.ts';
import { verdictOfError, verdictOfStatus } from '#lib/http/breaker/verdict.ts';
import type { HttpResponse } from '#lib/http/response.ts';
import type { Service } from '#lib/http/service.ts';
import { systemClock } from '#lib/platform/clock.ts';
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
  cancel_reason_id: 1,
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
  const verdicts: Verdict[] = [];
  const breaker: Pick<Breaker, 'guard'> = {
    guard: async (tryOnce, judge = ({ status }) => verdictOfStatus(status)) => {
      const trying = tryOnce({});
      verdicts.push(await trying.then(judge, verdictOfError));
      return trying;
    },
  };
  const client = serviceClient({
    breakerOf: () => breaker,
    clock,
    retries: 0,
    timeoutMs: options.timeoutMs ?? 10_000,
    localOrigins: golf.sites.map(({ url }) => url),
  });
  /** Responses that replace those of the sites, by resource. */
  const replies = new Map<string, HttpResponse>();
  const reply = (resource: string, body: unknown, status = 200) =>
    void replies.set(resource, {
      status,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
    });

  /** The requests of the API, in order. */
  const calls: { service: string; path: string; headers: Record<string, string> }[] = [];
  const replyTo = (
    service: Service,
    { path, headers = {} }: Pick<OutsideRequest, 'path' | 'headers'>,
  ): HttpResponse | undefined => {
    const [, resource = ''] = /\/v1\/onlinereservation\/(\w+)/.exec(path) ?? [];
    if (resource !== '') calls.push({ service: service.name, path, headers });
    return replies.get(resource);
  };
  const send: SendToService = async (service, request, scope) =>
    replyTo(service, request) ?? client(service, request, scope);
  const readSecret = async () => ({
    value: { username: ADA.username, password: ADA.password },
    isCached: false,
  });
  const authenticate = credentialCache({ clock, log });
  /** The waits of operations. Milliseconds. */
  const waits: number[] = [];

  /** What the operations get in one run. */
  const newRun = (): { context: ActionContext; commitContext: CommitContext } => {
    const { signal } = new AbortController();
    const scope = { deadlineMs: time.ms + budgetMs, signal, correlationId: 'golf-actions' };
    const credentials = usedCredentials(
      authenticate({ readSecret, call: (service, request) => send(service, request, scope) }),
    );
    const context: ActionContext = {
      messageId: 'msg_20260706143000_0000000000000000',
      deadlineMs: scope.deadlineMs,
      signal,
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
      call: serviceCalls({ send, credentials, scope, onExchange: () => {} }),
      claims: async (service, authentication) =>
        (await credentials.authorize(service, authentication, scope)).claims ?? {},
      remember: (_memory, _schema, load) => load(),
      forget: async () => {},
    };
    const commit = commitCall({
      clock,
      timeoutMs: options.timeoutMs ?? 10_000,
      localOrigins: golf.sites.map(({ url }) => url),
      credentials,
      scope,
      onExchange: () => {},
      onVerdict: (verdict) => void verdicts.push(verdict),
    });
    const commitContext: CommitContext = {
      configuration: context.configuration,
      claims: commit.claims,
      send: async (service, request) => replyTo(service, request) ?? commit.send(service, request),
    };
    return { context, commitContext };
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
    verdicts,
    reply,
    newRun,
    run: (operation: RunnableOperation, input: unknown): Promise<unknown> =>
      operation.run(input, newRun().context),
  };
};
