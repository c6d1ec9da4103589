import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { refusalOf } from '#scripts/local/guard.ts';
import { line } from '#scripts/printable.ts';
import { REDIRECT_PORT, type Visit } from './sign-in.ts';

const PATIENCE_MS = 300_000;

/** Signs in at the page of the local AWS by sending its form. */
export const visitForm =
  (email: string, password: string): Visit =>
  async (pageUrl) => {
    const { origin, searchParams } = new URL(pageUrl);
    const answer = await fetch(`${origin}/login`, {
      method: 'POST',
      redirect: 'manual',
      // The local AWS takes the form from its own page only.
      headers: { origin },
      body: new URLSearchParams({ ...Object.fromEntries(searchParams), username: email, password }),
      signal: AbortSignal.timeout(10_000),
    });
    const location = answer.headers.get('location');
    if (location === null)
      throw new Error(line`${email} cannot sign in: wrong password, or no such user`);
    return new URL(location);
  };

export interface VisitPageOptions {
  /** Opens the page. Default: in the person's browser. */
  open?: (pageUrl: string) => void;
  /** Default: the one that the pool's client knows. */
  port?: number;
  patienceMs?: number;
}

/** Opens the page and waits on this machine alone for the browser to come back. */
export const visitPage =
  ({
    open = openBrowser,
    port = REDIRECT_PORT,
    patienceMs = PATIENCE_MS,
  }: VisitPageOptions = {}): Visit =>
  (pageUrl) =>
    new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        server.close();
        server.closeAllConnections();
      };
      const server = createServer((request, response) => {
        const url = new URL(request.url ?? '/', `http://localhost:${port}`);
        if (refusalOf(request) !== undefined) {
          response.writeHead(403, { Connection: 'close' }).end();
          return;
        }
        if (request.method !== 'GET' || url.pathname !== '/callback') {
          response.writeHead(404, { Connection: 'close' }).end();
          return;
        }
        response
          .writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' })
          .end('Done. You can close this window.', () => {
            end();
            resolve(url);
          });
      });
      const timer = setTimeout(() => {
        end();
        reject(new Error(`the sign-in did not end within ${patienceMs / 1_000} s`));
      }, patienceMs);
      server.on('error', (cause) => {
        end();
        reject(
          new Error(`port ${port} of this machine is taken: end who listens there`, { cause }),
        );
      });
      server.listen(port, '127.0.0.1', () => open(pageUrl));
    });

const OPENERS: Partial<Record<NodeJS.Platform, string>> = { darwin: 'open', win32: 'explorer' };

/** The address is printed, too, because opening a browser can fail. */
const openBrowser = (pageUrl: string) => {
  console.error(line`sign in at\n\n  ${pageUrl}\n`);
  const opener = spawn(OPENERS[process.platform] ?? 'xdg-open', [pageUrl], {
    detached: true,
    stdio: 'ignore',
  });
  opener.on('error', () => {});
  opener.unref();
};
