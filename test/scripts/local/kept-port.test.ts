import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listenOnKeptPort, movedPortText } from '#scripts/local/kept-port.ts';
import { startNtfy } from '#scripts/local/ntfy-server.ts';

const FIRST = 2_586;

describe('a port that is remembered between starts', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'kept-port-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const file = () => join(dir, 'port');

  /** One start on a machine where other programs have these ports. */
  const start = async (...taken: number[]) => {
    const { port, moved } = await listenOnKeptPort({
      file: file(),
      first: FIRST,
      listen: async (wanted) => {
        if (taken.includes(wanted)) throw Object.assign(new Error(), { code: 'EADDRINUSE' });
        return wanted;
      },
    });
    return [port, moved];
  };

  it('is the first port while no other program has it', async () => {
    expect(await start()).toEqual([2_586, undefined]);
    expect(await start()).toEqual([2_586, undefined]);
  });

  it('is the next free port when the first is taken, and stays the same on later starts', async () => {
    expect(await start(2_586, 2_587)).toEqual([2_588, 'now']);
    expect(await start(2_586)).toEqual([2_588, 'earlier']);
    expect(await start()).toEqual([2_588, 'earlier']);
  });

  it('is looked for from the first port on when the remembered port is taken', async () => {
    await start(2_586);

    expect(await start(2_587)).toEqual([2_586, undefined]);
    expect(await start()).toEqual([2_586, undefined]);
  });

  it('is the first port again after the file was removed, as the printed command does it', async () => {
    const options = { file: file(), first: FIRST };
    await start(2_586);
    const [port, moved] = (await start()) as [number, 'earlier'];
    const text = movedPortText('the phone', { port, moved }, options);
    const [, removed = ''] = /: rm (\S+), and start again$/.exec(text ?? '') ?? [];

    rmSync(removed);

    expect(await start()).toEqual([2_586, undefined]);
  });

  it.each(['', 'x', '0', '-1', '65536', '2587 2588', '1e3'])(
    'is the first port when the file contains %j',
    async (text) => {
      writeFileSync(file(), text);

      expect(await start()).toEqual([2_586, undefined]);
    },
  );

  it('is not replaced after an error other than a taken port', async () => {
    const listen = async () => {
      throw Object.assign(new Error('no'), { code: 'EACCES' });
    };

    await expect(listenOnKeptPort({ file: file(), first: FIRST, listen })).rejects.toThrow('no');
  });

  it('is above the port of a real server that listens there', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const first = Number((other.address() as { port: number }).port);

    const phone = await listenOnKeptPort({
      file: file(),
      first,
      listen: (port) => startNtfy({ port }),
    });
    const { status } = await fetch(phone.server.url);
    await phone.server.stop();
    other.close();

    expect(phone.moved).toBe('now');
    expect(phone.port).toBeGreaterThan(first);
    expect(status).toBe(200);
  });
});

describe('the sentence about a port that moved', () => {
  const options = { file: '.local/phone-port', first: FIRST };

  it.each([
    ['now', 'because port 2586 is taken'],
    ['earlier', 'because port 2586 was taken at an earlier start'],
  ] as const)('gives the reason at every start: %s', (moved, reason) => {
    expect(movedPortText('the phone', { port: 2_587, moved }, options)).toContain(reason);
  });

  it('is absent at the first port', () => {
    expect(movedPortText('the phone', { port: FIRST }, options)).toBeUndefined();
  });
});
