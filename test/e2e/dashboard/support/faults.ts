import type { Page, Route } from 'playwright-core';

/** How the API behaves towards one page. Signing in works in any case. */
export type Fault = 'fails' | 'hangs' | 'is unreachable' | 'is empty';

/** The API works again. Requests that hang fail. */
export type Repair = () => Promise<void>;

export const CORRELATION_ID = 'e2e-fault';
export const FAILURE_TEXT = 'the table does not respond';

/** Makes every request of the page to the API fail, hang or return nothing, until `Repair` is called. */
export const breakApi = async (page: Page, fault: Fault): Promise<Repair> => {
  const hanging: Route[] = [];
  const handler = async (route: Route) => {
    if (fault === 'hangs') hanging.push(route);
    else if (fault === 'is unreachable') await route.abort('internetdisconnected');
    else if (fault === 'is empty') await route.fulfill({ json: emptyBody(route) });
    else await route.fulfill({ status: 503, json: FAILURE });
  };
  await page.route(isData, handler);
  return async () => {
    await page.unroute(isData, handler);
    await Promise.all(hanging.splice(0).map((route) => route.abort().catch(() => {})));
  };
};

const FAILURE = {
  error: {
    code: 'SERVICE_UNAVAILABLE',
    message: FAILURE_TEXT,
    correlation_id: CORRELATION_ID,
  },
};

/** Whether a request reads or changes data, which signing in does not. */
export const isData = ({ pathname }: URL): boolean =>
  pathname.startsWith('/api/') && !/^\/api\/(auth|me$|health$)/.test(pathname);

const emptyBody = (route: Route): unknown => {
  const { pathname } = new URL(route.request().url());
  if (pathname === '/api/metrics') return EMPTY_METRICS;
  if (pathname === '/api/system') return EMPTY_SYSTEM;
  return { data: [], pagination: { limit: 50, cursor: null, has_more: false }, count: 0 };
};

const EMPTY_SYSTEM = {
  timestamp: new Date().toISOString(),
  stage: 'dev',
  version: 'test',
  health: { status: 'healthy', checks: {} },
  breakers: [],
  queues: [],
  sweeper: { last_tick_at: new Date().toISOString(), age_seconds: 1 },
  missing_parameters: [],
  missing_secrets: [],
  unavailable: [],
};

const EMPTY_METRICS = {
  time_range_hours: 24,
  total_messages: 0,
  total: 0,
  status_counts: { created: 0, queued: 0, processing: 0, completed: 0, failed: 0 },
  by_status: { created: 0, queued: 0, processing: 0, completed: 0, failed: 0 },
  by_stage: { dev: 0, stage: 0, prod: 0 },
  by_type: {},
  success_rate: null,
  average_processing_time_seconds: null,
  p95_processing_time_seconds: null,
  recent_messages: [],
  series: [],
  generated_at: '2026-03-01T12:00:00.000Z',
  partial: false,
};
