import serverlessExpress from '@codegenie/serverless-express';
import express from 'express';

/** The routes of the API on Express, called through serverless-express. The work inside is ours. */
export const create = ({
  post,
  correlationIdOf,
  callerOf,
  problemOf,
  ORIGINS,
  RESPONSE_HEADERS,
}) => {
  const app = express();
  app.disable('x-powered-by');
  app.use((request, response, next) => {
    request.correlationId = correlationIdOf(request.get('x-correlation-id'));
    response.set('X-Correlation-ID', request.correlationId);
    if (ORIGINS.includes(request.get('origin'))) {
      response.set('Access-Control-Allow-Origin', request.get('origin'));
      response.vary('Origin');
    }
    response.set(RESPONSE_HEADERS);
    next();
  });
  app.use(express.text({ type: 'application/json', limit: '256kb' }));
  app.get('/api/health', (_request, response) => response.json({}));
  app.get('/api/messages', (_request, response) => response.json({}));
  app.post('/api/messages', async (request, response) => {
    const { status, body, headers } = await post(request.body, {
      caller: await callerOf(request.get('authorization')),
      correlationId: request.correlationId,
    });
    response.status(status).set(headers).json(body);
  });
  app.get('/api/messages/:id', (_request, response) => response.json({}));
  app.use((error, _request, response, _next) => {
    const { status, body } = problemOf(error);
    response.status(status).json(body);
  });
  return serverlessExpress({ app });
};
