import { readFileSync, writeFileSync } from 'node:fs';
import { line } from '#scripts/printable.ts';
import { unlessTaken } from './loopback.ts';

export interface KeptPortOptions<Server> {
  /** Remembers the port. Without the file, the next start tries `first`. */
  file: string;
  /** The port of the first start. */
  first: number;
  /** Listens on a port. @throws Error with the code `EADDRINUSE` when another program has the port */
  listen: (port: number) => Promise<Server>;
}

export interface KeptPort<Server> {
  server: Server;
  port: number;
  /** Why the port is not `first`: another program has `first` now, or had it at an earlier start. */
  moved?: 'now' | 'earlier';
}

const HIGHEST_PORT = 65_535;

/**
 * Listens on the port of the last start, so that the address stays the same. If another program has that port, the next
 * free port from `first` on replaces it, and the file remembers it for later starts.
 */
export const listenOnKeptPort = async <Server>({
  file,
  first,
  listen,
}: KeptPortOptions<Server>): Promise<KeptPort<Server>> => {
  const kept = keptPort(file) ?? first;
  const server = await listen(kept).catch(unlessTaken);
  if (server !== undefined) {
    return { server, port: kept, ...(kept === first ? {} : { moved: 'earlier' }) };
  }

  for (let port = first; port <= HIGHEST_PORT; port += 1) {
    if (port === kept) continue;
    const other = await listen(port).catch(unlessTaken);
    if (other === undefined) continue;
    writeFileSync(file, `${port}\n`);
    return { server: other, port, ...(port === first ? {} : { moved: 'now' }) };
  }
  throw new Error(`no port from ${first} on is free`);
};

/** Says why a server is not at its first port, and how to go back. `undefined` when it is there. */
export const movedPortText = (
  what: string,
  { port, moved }: Pick<KeptPort<unknown>, 'port' | 'moved'>,
  { file, first }: Pick<KeptPortOptions<unknown>, 'file' | 'first'>,
): string | undefined => {
  if (moved === undefined) return undefined;
  const reason = moved === 'now' ? 'is taken' : 'was taken at an earlier start';
  return line`${what} is at port ${port}, because port ${first} ${reason}. It stays there on later starts. To go back to ${first} once it is free: rm ${file}, and start again`;
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
