import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '#lib/platform/clock.ts';
import { refusalOf } from '#scripts/local/guard.ts';
import type { FaultSwitches } from './fault-switches.ts';
import { type PageEntry, servicePage } from './service-page.ts';
import { readServiceRequest, type ServiceRequest } from './service-request.ts';
import { jsonAnswer, sendAnswer } from './service-response.ts';
import { type Reaction, respondWithFaults, type TransportFault } from './transport-faults.ts';

export interface LocalServiceOptions<Name extends string> {
  /** The title of the page. */
  title: string;
  /** 0 means any free port. */
  port: number;
  clock: Pick<Clock, 'sleep'>;
  /** The wait of the fault `slow`. Milliseconds. */
  slowMs: number;
  faults: FaultSwitches<Name>;
  /** Handles a request of the protocol. */
  respond: (request: ServiceRequest) => Promise<Reaction>;
  /** Whether the faults of the transport affect a request. */
  hasTransportFaults: (request: ServiceRequest) => boolean;
  entries: () => PageEntry[];
  actions: Readonly<Record<string, () => void>>;
}

export interface LocalService {
  url: string;
  /** The last thousand requests of the protocol, oldest first. */
  readonly received: readonly ServiceRequest[];
  /** The number of requests that the server never responds to. */
  readonly hung: number;
  stop: () => Promise<void>;
}

const KEPT_REQUESTS = 1_000;
const KEEP_ALIVE_MS = 60_000;

/**
 * Starts a server on the loopback address that implements the protocol of an outside service. It refuses every request
 * that a page of another site sent.
 */
export const startLocalService = async <Name extends string>(
  options: LocalServiceOptions<Name | TransportFault>,
): Promise<LocalService> => {
  const { faults, clock, slowMs, respond, hasTransportFaults } = options;
  const page = servicePage(options);
  const received: ServiceRequest[] = [];
  let hung = 0;

  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    // Without these headers, a browser that sends no fetch metadata could load a response into a page of another site.
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
    const reason = refusalOf(incoming);
    if (reason !== undefined) {
      return sendAnswer(response, jsonAnswer(403, { error: `refused: ${reason}` }));
    }
    const request = await readServiceRequest(incoming);
    if (await page.serve(request, response)) return;
    received.push(request);
    if (received.length > KEPT_REQUESTS) received.shift();
    const transport = hasTransportFaults(request) ? faults : { take: () => false };
    const work = () => respond(request);
    const isOver = await respondWithFaults(response, work, { faults: transport, clock, slowMs });
    if (!isOver) hung += 1;
    page.update();
  };

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  // Clients end idle connections earlier, so that no request meets a connection that the server closes.
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port, '127.0.0.1', resolve);
  });

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    get hung() {
      return hung;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
