import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { freePort, isFree } from '#scripts/local/ports.ts';

describe('ports', () => {
  it('distinguishes a port with a listener from a free one', async () => {
    const port = await freePort();
    const before = await isFree(port);
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');

    const during = await isFree(port);
    server.close();

    expect([before, during]).toEqual([true, false]);
  });

  it('are not among those that an outgoing connection can take while a server restarts', async () => {
    const ports = await Promise.all(Array.from({ length: 50 }, freePort));

    expect(ports.filter((port) => port >= 32_768)).toEqual([]);
    expect(new Set(ports).size).toBeGreaterThan(1);
  });
});
