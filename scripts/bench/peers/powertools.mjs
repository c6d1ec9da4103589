import { Router } from '@aws-lambda-powertools/event-handler/http';
import { cors } from '@aws-lambda-powertools/event-handler/http/middleware';

/** The routes of the API on the event handler of Powertools. The work inside is ours. */
export const create = ({
  post,
  correlationIdOf,
  callerOf,
  problemOf,
  ORIGINS,
  RESPONSE_HEADERS,
}) => {
  const app = new Router();
  app.use(async ({ reqCtx, next }) => {
    reqCtx.set('correlationId', correlationIdOf(reqCtx.req.headers.get('x-correlation-id')));
    await next();
    reqCtx.res.headers.set('X-Correlation-ID', reqCtx.get('correlationId'));
  });
  app.use(cors({ origin: ORIGINS }));
  app.use(async ({ reqCtx, next }) => {
    await next();
    for (const [name, value] of Object.entries(RESPONSE_HEADERS))
      reqCtx.res.headers.set(name, value);
  });
  app.errorHandler(Error, async (error) => {
    const { status, body } = problemOf(error);
    return new Response(JSON.stringify(body), {
      status,
      headers: { 'Content-Type': 'application/json' },
    });
  });
  app.get('/api/health', () => ({}));
  app.get('/api/messages', () => ({}));
  app.post('/api/messages', async (reqCtx) => {
    const { status, body, headers } = await post(await reqCtx.req.text(), {
      caller: await callerOf(reqCtx.req.headers.get('authorization')),
      correlationId: reqCtx.get('correlationId'),
    });
    return new Response(JSON.stringify(body), {
      status,
      headers: { 'Content-Type': 'application/json', ...headers },
    });
  });
  app.get('/api/messages/:id', () => ({}));
  return (event, context) => app.resolve(event, context);
};
