import { afterEach, describe, expect, it } from 'vitest';
import { type Ntfy, startNtfy } from '#scripts/local/ntfy-server.ts';
import { INHERITED_NAMES } from '#test/support/inherited-names.ts';

let ntfy: Ntfy;
afterEach(() => ntfy.stop());

const publish = async (topic: string, authorization: string) => {
  const { status } = await fetch(`${ntfy.url}/${topic}`, {
    ...{ method: 'POST', body: 'hi', headers: { authorization } },
  });
  return status;
};
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('a closed server', () => {
  it('treats names of inherited properties like any other user, token and topic', async () => {
    ntfy = await startNtfy({
      access: {
        tokens: { tk_some: { topics: { news: 'read-write' } } },
        users: { ann: { password: 'right' } },
      },
    });

    expect(await publish('news', 'Bearer tk_some')).toBe(200);
    expect(await publish('nonsense', 'Bearer tk_some')).toBe(403);
    for (const name of INHERITED_NAMES) {
      expect(await publish(name, 'Bearer tk_some'), name).toBe(403);
    }
  });

  it.each(INHERITED_NAMES)('has no user and no token called %s', async (name) => {
    ntfy = await startNtfy({ access: { users: { ann: { password: 'right' } } } });

    expect(await publish('news', basic('ann:right'))).toBe(200);
    for (const authorization of [basic(`${name}:`), basic(`:${name}`), `Bearer ${name}`]) {
      expect(await publish('news', authorization)).toBe(401);
    }
  });
});
