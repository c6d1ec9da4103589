import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listenOnKeptPort } from '#scripts/local/kept-port.ts';
import { startNtfy } from '#scripts/local/ntfy-server.ts';

const FIRST = 2_586;

describe('a port that is kept', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'kept-port-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  /** One start on a machine where other programs have these ports. */
  const start = async (...taken: number[]) => {
    const { port, instead } = await listenOnKeptPort({
      file: join(dir, 'port'),
      first: FIRST,
      listen: async (wanted) => {
        if (taken.includes(wanted)) throw Object.assign(new Error(), { code: 'EADDRINUSE' });
        return wanted;
      },
    });
    return [port, instead];
  };

  it('is the first one while nobody else has it', async () => {
    expect(await start()).toEqual([2_586, undefined]);
    expect(await start()).toEqual([2_586, undefined]);
  });

  it('is the next free one when it is taken, says which it replaces, and stays on later starts', async () => {
    expect(await start(2_586, 2_587)).toEqual([2_588, 2_586]);
    expect(await start(2_586)).toEqual([2_588, undefined]);
    expect(await start()).toEqual([2_588, undefined]);
  });

  it('is looked for from the first one again when the one that was kept is taken', async () => {
    await start(2_586);

    expect(await start(2_587)).toEqual([2_586, 2_587]);
    expect(await start()).toEqual([2_586, undefined]);
  });

  it.each(['', 'x', '0', '-1', '65536', '2587 2588', '1e3'])(
    'is the first one when the file holds %j',
    async (text) => {
      writeFileSync(join(dir, 'port'), text);

      expect(await start()).toEqual([2_586, undefined]);
    },
  );

  it('moves for no other failure', async () => {
    const listen = async () => {
      throw Object.assign(new Error('no'), { code: 'EACCES' });
    };

    await expect(
      listenOnKeptPort({ file: join(dir, 'port'), first: FIRST, listen }),
    ).rejects.toThrow('no');
  });

  it('is next to the one of a program that really has it', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const first = Number((other.address() as { port: number }).port);

    const phone = await listenOnKeptPort({
      file: join(dir, 'port'),
      first,
      listen: (port) => startNtfy({ port }),
    });
    const { status } = await fetch(phone.server.url);
    await phone.server.stop();
    other.close();

    expect(phone.instead).toBe(first);
    expect(phone.port).toBeGreaterThan(first);
    expect(status).toBe(200);
  });
});
