import { type RequestListener, request as startRequest } from 'node:http';
import { onTestFinished } from 'vitest';
import { slotIdOf } from '#lib/actions/golf/slot-id.ts';
import { localText, zoneOf } from '#lib/platform/zone.ts';
import { startGolf } from '#scripts/local/golf/golf-server.ts';
import type { GolfSite } from '#scripts/local/golf/golf-site.ts';
import { LOCAL_COURSES } from '#scripts/local/golf/site-course.ts';
import { teeTimesOf } from '#scripts/local/golf/tee-sheet.ts';
import { startWeather } from '#scripts/local/weather/weather-server.ts';
import { httpServer } from '#test/lib/http/loopback.ts';
import { ADA, GOLF_NOW, GOLF_SCOPE, golfClientAt } from '#test/scripts/local/golf/golf-client.ts';
import { seeded } from '#test/support/random.ts';
import { anEndpoint } from './http/endpoint-builder.ts';
import type { OutsideWorld } from './operation-run.ts';

/** How the tests of all operations run one of them. */
export interface OperationFixture {
  /** An input with which a run succeeds. */
  input: Readonly<Record<string, unknown>>;
  /** Whether the operation reads only JSON, so that a page is a challenge. */
  readsOnlyJson: boolean;
  /**
   * Starts the service until the test ends. `fault` answers instead of it, except for tokens. `timeoutMs` is for an
   * operation with a timeout of its own.
   */
  start: (fault?: RequestListener, timeoutMs?: number) => Promise<OutsideWorld>;
}

/** A part of every secret and of every configured header. It must not appear anywhere. */
export const CANARY = 'canary-7f3a';

const startWeatherWorld = async (fault?: RequestListener): Promise<OutsideWorld> => {
  const weather = await startWeather({
    clock: { now: () => Date.parse('2026-12-01T15:30:00Z'), sleep: async () => {} },
    random: seeded(1),
  });
  onTestFinished(weather.stop);
  const url = fault === undefined ? weather.url : (await httpServer(fault)).origin;
  return {
    origins: [url],
    parameters: {
      contact: 'operator@example.com',
      home: '40.75,-79.65',
      services: JSON.stringify({ 'weather-gov': url }),
    },
    now: '2026-12-01T15:30:00Z',
  };
};

/** The golfer has the reservation 5001. */
const startBookedWorld = (fault?: RequestListener): Promise<OutsideWorld> =>
  golfWorld(fault, async (site) => {
    const golfer = await golfClientAt(site, '240').client({ ...ADA, password: GOLF_PASSWORD });
    const [slot] = await golfer.slots();
    if (slot !== undefined) await golfer.book(slot);
  });

const GOLF_PASSWORD = `${CANARY}-password`;

const startGolfWorld = (fault?: RequestListener): Promise<OutsideWorld> => golfWorld(fault);

/** @param begin what happens at the site before the test */
const golfWorld = async (
  fault?: RequestListener,
  begin: (site: GolfSite) => Promise<void> = async () => {},
): Promise<OutsideWorld> => {
  const password = GOLF_PASSWORD;
  const [site] = LOCAL_COURSES;
  if (site === undefined) throw new Error('there is no local course');
  const golf = await startGolf({
    accounts: [{ ...ADA, password }],
    courses: [{ ...site, listsBookingIds: true }],
    clock: { now: () => Date.parse(GOLF_NOW), sleep: async () => {} },
    random: seeded(1),
  });
  onTestFinished(golf.stop);
  const started = golf.site(site.name);
  await begin(started);
  const { url } = started;
  const origin = fault === undefined ? url : await exceptTokens(url, fault);
  const course = {
    name: site.name,
    title: site.title,
    origin: 'https://golf.example',
    link: 'https://golf.example/book',
    zone: site.zone,
    latitude: 40,
    longitude: -75,
    generation: site.generation,
    course_id: site.courseId,
    website_id: site.websiteId,
    site_id: `${site.siteId}`,
    terminal_id: `${site.terminalId}`,
    client_id: site.clientId,
    scope: GOLF_SCOPE,
    days_ahead: site.daysInAdvance,
    cancel_reason_id: 1,
    automation: 'allowed',
  };
  // The parameter replaces the courses that the platform knows, so that a run reaches no real site.
  const courses = ['birdsfoot', 'totteridge', course.name].map((name) => ({ ...course, name }));
  return {
    origins: [origin],
    parameters: {
      courses: JSON.stringify(courses),
      services: JSON.stringify(
        Object.fromEntries(courses.map(({ name }) => [`cps-${name}`, origin])),
      ),
    },
    secrets: { 'golf/credentials': { username: ADA.username, password } },
    now: GOLF_NOW,
  };
};

/** A tee time of Tuesday with enough free places, as a search at the first local course finds it. */
const freeTeeTime = (course: string) => {
  const [site] = LOCAL_COURSES;
  if (site === undefined) throw new Error('there is no local course');
  const zone = zoneOf(site.zone);
  const free = teeTimesOf(site, zone, Date.parse('2026-07-07')).find(
    ({ takenSeats }) => takenSeats.length === 0,
  );
  if (free === undefined) throw new Error('there is no free tee time');
  const { teeSheetId, startMs, holes } = free;
  return {
    slot_id: slotIdOf([course, teeSheetId, startMs, holes]),
    start_time: localText(startMs, zone.offsetAt(startMs)),
  };
};

/** The origin of a server that answers with the fault, and passes requests about tokens on. */
const exceptTokens = async (url: string, fault: RequestListener): Promise<string> => {
  const server = await httpServer((request, response) => {
    if (!request.url?.startsWith('/identityapi/')) return fault(request, response);
    const { host: _, ...headers } = request.headers;
    const passed = startRequest(
      `${url}${request.url}`,
      { method: request.method, headers: { ...headers, origin: url } },
      (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      },
    );
    passed.on('error', () => response.destroy());
    request.pipe(passed);
  });
  return server.origin;
};

const startEndpointWorld = async (
  fault?: RequestListener,
  timeoutMs = 30_000,
): Promise<OutsideWorld> => {
  const { origin } = await httpServer(
    fault ??
      ((_, response) => {
        response.setHeader('content-type', 'application/json');
        response.end('{"state":"on"}');
      }),
  );
  const light = anEndpoint({
    origin,
    effect: 'read',
    auth: { type: 'bearer' },
    headers: { 'X-Source': `${CANARY}-header` },
    timeout_ms: timeoutMs,
  });
  return {
    origins: [origin],
    endpoints: { light },
    secrets: { 'http/light': { token: `${CANARY}-token` } },
  };
};

/** The fixture of each operation, by `action.operation`. A new operation needs an entry. */
export const FIXTURES: Readonly<Record<string, OperationFixture>> = {
  'weather.get_forecast': { input: { days: 1 }, readsOnlyJson: true, start: startWeatherWorld },
  'golf.search_tee_times': {
    input: { course: 'birdsfoot', date: '2026-07-07', from: '08:00', to: '12:00', players: 2 },
    readsOnlyJson: true,
    start: startGolfWorld,
  },
  'golf.book_tee_time': {
    input: {
      course: 'birdsfoot',
      ...freeTeeTime('birdsfoot'),
      players: 2,
      max_total_cents: 50_000,
    },
    readsOnlyJson: true,
    start: startGolfWorld,
  },
  'golf.fetch_reservations': {
    input: { course: 'birdsfoot' },
    readsOnlyJson: true,
    start: startGolfWorld,
  },
  'golf.cancel_reservation': {
    input: { course: 'birdsfoot', reservation_id: '5001' },
    readsOnlyJson: true,
    start: startBookedWorld,
  },
  'http.call': {
    input: { endpoint: 'light', path: { room: 'kitchen' }, body: { state: 'on' } },
    readsOnlyJson: false,
    start: startEndpointWorld,
  },
};
