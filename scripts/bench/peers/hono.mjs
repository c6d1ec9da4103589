import { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';
import { cors } from 'hono/cors';
import { secureHeaders } from 'hono/secure-headers';

/** The routes of the API on Hono. The work inside is ours. */
export const create = ({
  post,
  correlationIdOf,
  callerOf,
  problemOf,
  ORIGINS,
  RESPONSE_HEADERS,
}) => {
  const app = new Hono();
  app.use(async (c, next) => {
    c.set('correlationId', correlationIdOf(c.req.header('x-correlation-id')));
    await next();
    c.header('X-Correlation-ID', c.get('correlationId'));
  });
  app.use(cors({ origin: ORIGINS }));
  app.use(secureHeaders());
  app.use(async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(RESPONSE_HEADERS)) c.header(name, value);
  });
  app.onError((error, c) => {
    const { status, body } = problemOf(error);
    return c.json(body, status);
  });
  app.get('/api/health', (c) => c.json({}));
  app.get('/api/messages', (c) => c.json({}));
  app.post('/api/messages', async (c) => {
    const { status, body, headers } = await post(await c.req.text(), {
      caller: await callerOf(c.req.header('authorization')),
      correlationId: c.get('correlationId'),
    });
    return c.json(body, status, headers);
  });
  app.get('/api/messages/:id', (c) => c.json({}));
  return handle(app);
};
