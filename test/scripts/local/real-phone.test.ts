import { describe, expect, it } from 'vitest';
import { realPhone } from '#scripts/local/real-phone.ts';

describe('a push server named by NTFY_URL', () => {
  it('can be any server with https', () => {
    const topicUrl = 'https://ntfy.example.org/a-topic';

    expect(realPhone(topicUrl)).toEqual({ topicUrl, origins: [] });
  });

  it.each([
    'http://localhost:8090',
    'http://127.0.0.1:8090',
    'http://[::1]:8090',
    'http://localhost',
  ])('may be plain http on this machine: %s', (origin) => {
    const topicUrl = `${origin}/a-topic`;

    expect(realPhone(topicUrl)).toEqual({ topicUrl, origins: [origin] });
  });

  it.each([
    'http://ntfy.example.org/a-topic',
    'http://localhost.example.org/a-topic',
    'http://127.0.0.1@example.org/a-topic',
    'https://ntfy.example.org',
    'https://ntfy.example.org/',
    'https://ntfy.example.org/two/parts',
    'http://localhost:8090/',
    'ntfy.example.org/a-topic',
  ])('is refused as %s', (topicUrl) => {
    expect(() => realPhone(topicUrl)).toThrow('NTFY_URL must be');
  });
});
