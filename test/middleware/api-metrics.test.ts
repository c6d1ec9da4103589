import { afterEach, describe, expect, it } from 'vitest';
import { type Api, loadApi } from '#test/handlers/web-api/api.ts';

let api: Api;
afterEach(() => api.close());

const measured = () => api.lines.filter(({ msg }) => msg === 'request measured');

describe('the metrics of the API', () => {
  it('count and time every response once, by operation and status, including errors', async () => {
    api = await loadApi({ LOG_LEVEL: 'info', DETAILED_METRICS: 'on' });

    await api.request({ path: '/api/health' });
    await api.request({ path: '/api/messages/nonsense' });
    await api.anonymous({ path: '/api/messages' });
    await api.request({ path: '/no/such/thing' });

    expect(measured()).toMatchObject([
      { Endpoint: 'GET /api/health', StatusCode: '200', APIRequestCount: 1 },
      { Endpoint: 'GET /api/messages/{id}', StatusCode: '404', APIRequestCount: 1 },
      { Endpoint: 'GET /api/messages', StatusCode: '401', APIRequestCount: 1 },
      { Endpoint: 'none', StatusCode: '404', APIRequestCount: 1 },
    ]);
    for (const { APIResponseTime, _aws } of measured()) {
      expect(APIResponseTime).toBeGreaterThanOrEqual(0);
      expect(JSON.stringify(_aws)).toContain('["Stage","Endpoint","StatusCode"]');
    }
  });

  it('are not written without detailed metrics', async () => {
    api = await loadApi({ LOG_LEVEL: 'info' });

    await api.request({ path: '/api/health' });

    expect(api.lines.length).toBeGreaterThan(0);
    expect(measured()).toEqual([]);
  });
});
