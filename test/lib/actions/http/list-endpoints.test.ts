import { expect, it } from 'vitest';
import { listedEndpoints } from '#lib/actions/http/list-endpoints.ts';
import { anEndpoint, aPlainEndpoint } from './endpoint-builder.ts';

it('lists what a caller can send, with every name that is required', () => {
  const definitions = new Map([
    ['door', JSON.stringify(aPlainEndpoint({ approval: true }))],
    ['light', JSON.stringify(anEndpoint())],
  ]);

  const [door, light] = listedEndpoints(definitions);

  expect(door).toMatchObject({
    name: 'door',
    effect: 'read',
    approval: true,
    input: { type: 'object', properties: {}, required: [], additionalProperties: false },
  });
  expect(light).toMatchObject({
    title: 'Light',
    effect: 'reversible',
    approval: false,
    input: {
      properties: {
        path: { required: ['room'], additionalProperties: false },
        query: { required: [], additionalProperties: false },
        body: { required: ['state'], additionalProperties: false },
      },
      required: ['path', 'body'],
      additionalProperties: false,
    },
  });
});

it('shows no origin, no header and no secret', () => {
  const headers = { 'X-Source': 'canary' };
  const text = JSON.stringify(anEndpoint({ headers, auth: { type: 'bearer' } }));

  const listed = JSON.stringify(listedEndpoints(new Map([['light', text]])));

  expect(listed).not.toMatch(/canary|home\.example|bearer|http\/light/);
});
