import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { LOCAL_PAGE_POLICY } from '#scripts/local/local-page-policy.ts';
import type { FaultQueue } from './faults.ts';
import { currentFaultName, handleFaultRequest } from './ntfy-faults.ts';
import type { NtfyRequest } from './request.ts';
import type { Entry, MessageStore } from './store.ts';

/** The paths of the page start with this. No topic can contain `~`, so they are never paths of the protocol. */
const OWN = '/~phone';
const FILES = new Map([
  ['/', { file: 'phone.html', type: 'text/html; charset=utf-8' }],
  [`${OWN}/phone.css`, { file: 'phone.css', type: 'text/css; charset=utf-8' }],
  [`${OWN}/phone.js`, { file: 'phone.js', type: 'text/javascript; charset=utf-8' }],
]);
const HEADERS = {
  'Content-Security-Policy': LOCAL_PAGE_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};

/** Responds to requests of the local phone's page. @returns `false` for any other request, which is one of the protocol */
export const servePage = async (
  request: NtfyRequest,
  response: ServerResponse,
  { store, faults }: { store: MessageStore; faults: FaultQueue },
): Promise<boolean> => {
  const { method, path } = request;
  if (path === `${OWN}/fault`) {
    const { status, type, body } = handleFaultRequest(request, faults);
    response.writeHead(status, { ...HEADERS, 'Content-Type': type }).end(body);
    return true;
  }
  if (method !== 'GET') return false;
  const known = FILES.get(path);
  if (known !== undefined) {
    const content = await readFile(`${import.meta.dirname}/../phone/${known.file}`);
    response.writeHead(200, { ...HEADERS, 'Content-Type': known.type }).end(content);
    return true;
  }
  if (path !== `${OWN}/pushes`) return false;
  response.writeHead(200, { ...HEADERS, 'Content-Type': 'text/event-stream' });
  const show = (entry: Entry) => response.write(`data: ${JSON.stringify(entry)}\n\n`);
  // After this event, the page gets all stored messages again.
  response.write('event: fresh\ndata: {}\n\n');
  for (const entry of store.lines()) show(entry);
  const showFault = () =>
    response.write(`event: fault\ndata: ${JSON.stringify(currentFaultName(faults))}\n\n`);
  showFault();
  response.on('close', store.listen(show));
  response.on('close', faults.listen(showFault));
  return true;
};
