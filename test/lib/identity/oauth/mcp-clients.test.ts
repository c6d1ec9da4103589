import { describe, expect, it } from 'vitest';
import { knownClients } from '#lib/identity/oauth/mcp-clients.ts';

const OWN = { client_id: 'my-client', name: 'Mine', redirect_uris: ['https://mine.example/cb'] };
const CLAUDE = 'https://claude.ai/oauth/mcp-oauth-client-metadata';

const setup = () => {
  const lines: { fields: unknown; sentence: unknown }[] = [];
  const log = {
    error: (fields: unknown, sentence?: unknown) => void lines.push({ fields, sentence }),
  };
  return { lines, known: (clients: unknown) => knownClients(textOf(clients), log) };
};

const textOf = (clients: unknown) =>
  clients === undefined || typeof clients === 'string' ? clients : JSON.stringify(clients);

const namesIn = (clients: readonly { name: string }[]) => clients.map(({ name }) => name);

describe('the known clients', () => {
  it('are the pinned ones without a parameter', () => {
    const { known } = setup();

    expect(namesIn(known(undefined))).toEqual(['Claude', 'Claude Code', 'ChatGPT']);
  });

  it('include those of the parameter', () => {
    const { known } = setup();

    expect(known([OWN])).toContainEqual(OWN);
    expect(known([OWN])).toHaveLength(4);
  });

  it('have the redirects of the parameter instead of the pinned ones', () => {
    const { known } = setup();

    const clients = known([{ ...OWN, client_id: CLAUDE }]);

    expect(clients.filter(({ client_id }) => client_id === CLAUDE)).toEqual([
      { ...OWN, client_id: CLAUDE },
    ]);
  });

  it.each([
    ['no JSON', '{'],
    ['no list', {}],
    ['an unknown field', [{ ...OWN, scope: 'all' }]],
    ['no redirects', [{ ...OWN, redirect_uris: [] }]],
    ['a script as redirect', [{ ...OWN, redirect_uris: ['javascript:alert(1)'] }]],
    ['a wildcard', [{ ...OWN, redirect_uris: ['https://*.mine.example/cb'] }]],
    ['a client twice', [OWN, OWN]],
    ['a name that nobody sees', [{ ...OWN, name: '\u200b' }]],
  ])('stay the pinned ones when the parameter has %s, which is logged once', (_, clients) => {
    const { known, lines } = setup();

    expect(known(clients)).toHaveLength(3);
    expect(known(clients)).toHaveLength(3);
    expect(lines).toEqual([
      {
        fields: { problems: expect.any(Array) },
        sentence: 'parameter mcp-clients is malformed',
      },
    ]);
  });
});
