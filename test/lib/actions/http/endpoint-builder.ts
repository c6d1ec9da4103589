/** The definition of an endpoint as an operator writes it: a light in a room. */
export const anEndpoint = (more: Readonly<Record<string, unknown>> = {}) => ({
  title: 'Light',
  description: 'Switches the light in a room on or off.',
  origin: 'https://home.example.org',
  method: 'POST',
  path: '/lights/{room}',
  auth: { type: 'none' },
  effect: 'reversible',
  input: {
    type: 'object',
    properties: {
      path: {
        type: 'object',
        properties: { room: { type: 'string', description: 'The room.', maxLength: 200 } },
      },
      query: {
        type: 'object',
        properties: {
          zone: { type: 'array', description: 'Zones.', items: { type: 'string' }, maxItems: 3 },
          delay: { type: 'integer', description: 'Seconds.', minimum: 0, maximum: 60 },
        },
      },
      body: {
        type: 'object',
        properties: {
          state: { type: 'string', description: 'The new state.', enum: ['on', 'off'] },
          brightness: { type: 'number', description: 'Percent.', minimum: 0, maximum: 100 },
          fade: { type: 'boolean', description: 'Whether it changes slowly.' },
        },
        required: ['state'],
      },
    },
  },
  timeout_ms: 5_000,
  ...more,
});

/** A definition without values of a caller. */
export const aPlainEndpoint = (more: Readonly<Record<string, unknown>> = {}) =>
  anEndpoint({
    method: 'GET',
    path: '/status',
    effect: 'read',
    input: { type: 'object', properties: {} },
    ...more,
  });
