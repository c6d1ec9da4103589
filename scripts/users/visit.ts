import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { refusedError } from '#scripts/call-api.ts';
import { messageOf } from '#scripts/command.ts';
import { refusalOf } from '#scripts/local/guard.ts';
import { line } from '#scripts/printable.ts';
import { REDIRECT_PORT, type Visit } from './sign-in.ts';

const TIMEOUT_MS = 300_000;
const FORM_TIMEOUT_MS = 10_000;

/** Signs in at the page of the local AWS by sending its form. */
export const visitForm =
  (email: string, password: string): Visit =>
  async (pageUrl) => {
    const { origin, searchParams } = new URL(pageUrl);
    const response = await fetch(`${origin}/login`, {
      method: 'POST',
      redirect: 'manual',
      // The local AWS accepts the form only from its own page.
      headers: { origin },
      body: new URLSearchParams({ ...Object.fromEntries(searchParams), username: email, password }),
      signal: AbortSignal.timeout(FORM_TIMEOUT_MS),
    });
    const location = response.headers.get('location');
    if (location !== null) return new URL(location, origin);
    const reason = response.ok
      ? 'wrong password, or no such user'
      : messageOf(refusedError(response.status, await response.text()));
    throw new Error(line`${email} cannot sign in: ${reason}`);
  };

export interface VisitPageOptions {
  /** Opens the page. Default: in the person's browser. */
  open?: (pageUrl: string) => void;
  /** Default: the port that the pool's client allows. */
  port?: number;
  /** Milliseconds. */
  timeoutMs?: number;
}

/**
 * Opens the page and waits on the loopback address until the browser comes back. A redirect with the state of another
 * sign-in is refused and does not end the wait, because every web page can send the browser here.
 */
export const visitPage =
  ({
    open = openBrowser,
    port = REDIRECT_PORT,
    timeoutMs = TIMEOUT_MS,
  }: VisitPageOptions = {}): Visit =>
  (pageUrl) =>
    new Promise((resolve, reject) => {
      const state = new URL(pageUrl).searchParams.get('state');
      const end = () => {
        clearTimeout(timer);
        server.close();
        server.closeAllConnections();
      };
      const server = createServer((request: IncomingMessage, response: ServerResponse) => {
        const url = new URL(request.url ?? '/', `http://localhost:${port}`);
        const status = statusFor(request, url, state);
        response.writeHead(status, {
          'Content-Type': 'text/plain; charset=utf-8',
          Connection: 'close',
        });
        if (status !== 200) return void response.end();
        response.end('Done. You can close this window.', () => {
          end();
          resolve(url);
        });
      });
      const timer = setTimeout(() => {
        end();
        reject(new Error(`the sign-in did not end within ${timeoutMs / 1_000} s`));
      }, timeoutMs);
      server.on('error', (cause) => {
        end();
        reject(
          new Error(`port ${port} of this machine is taken: end the program that listens there`, {
            cause,
          }),
        );
      });
      server.listen(port, '127.0.0.1', () => open(pageUrl));
    });

const statusFor = (request: IncomingMessage, url: URL, state: string | null): number => {
  if (refusalOf(request) !== undefined) return 403;
  if (request.method !== 'GET' || url.pathname !== '/callback') return 404;
  return url.searchParams.get('state') === state ? 200 : 400;
};

const OPENERS: Partial<Record<NodeJS.Platform, string>> = { darwin: 'open', win32: 'explorer' };

/** Prints the address, too, because opening a browser can fail. */
const openBrowser = (pageUrl: string) => {
  console.error(line`sign in at\n\n  ${pageUrl}\n`);
  const opener = spawn(OPENERS[process.platform] ?? 'xdg-open', [pageUrl], {
    detached: true,
    stdio: 'ignore',
  });
  opener.on('error', () => {});
  opener.unref();
};
