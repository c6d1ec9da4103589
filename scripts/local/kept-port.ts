import { readFileSync, writeFileSync } from 'node:fs';
import { unlessTaken } from './loopback.ts';

export interface KeptPortOptions<Server> {
  /** Remembers the port once it is another one than `first`. */
  file: string;
  /** The port that is tried first, unless the file names another one. */
  first: number;
  /** Listens on a port. @throws Error with the code `EADDRINUSE` when it is taken */
  listen: (port: number) => Promise<Server>;
}

export interface KeptPort<Server> {
  server: Server;
  port: number;
  /** The port that was expected and is taken by another program. */
  instead?: number;
}

const HIGHEST_PORT = 65_535;

/**
 * Listen on the port of the last start, so that the address stays the same. When it is taken, the next free port counted
 * from `first` takes its place, for later starts too.
 */
export const listenOnKeptPort = async <Server>({
  file,
  first,
  listen,
}: KeptPortOptions<Server>): Promise<KeptPort<Server>> => {
  const expected = keptPort(file) ?? first;
  const server = await listen(expected).catch(unlessTaken);
  if (server !== undefined) return { server, port: expected };

  for (let port = first; port <= HIGHEST_PORT; port += 1) {
    if (port === expected) continue;
    const other = await listen(port).catch(unlessTaken);
    if (other === undefined) continue;
    writeFileSync(file, `${port}\n`);
    return { server: other, port, instead: expected };
  }
  throw new Error(`no port from ${first} on is free`);
};

const keptPort = (file: string): number | undefined => {
  try {
    const text = readFileSync(file, 'utf8').trim();
    const port = Number(text);
    return /^\d{1,5}$/.test(text) && port > 0 && port <= HIGHEST_PORT ? port : undefined;
  } catch {
    return undefined;
  }
};
