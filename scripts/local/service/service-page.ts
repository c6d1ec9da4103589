import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import * as z from 'zod/mini';
import { LOCAL_PAGE_POLICY } from '#scripts/local/local-page-policy.ts';
import type { FaultSwitches } from './fault-switches.ts';
import { declaresJson, jsonBodyOf, type ServiceRequest } from './service-request.ts';
import { jsonAnswer, type ServiceResponse, sendAnswer } from './service-response.ts';

/** One line of the list on the page. */
export interface PageEntry {
  title: string;
  text: string;
}

export interface PageOptions<Name extends string> {
  title: string;
  faults: FaultSwitches<Name>;
  /** What the page lists. Text only. */
  entries: () => PageEntry[];
  /** Actions besides the switches, by the name on their button. */
  actions: Readonly<Record<string, () => void>>;
}

/** The paths of the page start with this. No service has such a path. */
const OWN = '/~service';
const FOLDER = `${import.meta.dirname}/..`;
const FILES = new Map([
  ['/', { file: 'service/page/service.html', type: 'text/html; charset=utf-8' }],
  [`${OWN}/phone.css`, { file: 'phone/phone.css', type: 'text/css; charset=utf-8' }],
  [`${OWN}/service.css`, { file: 'service/page/service.css', type: 'text/css; charset=utf-8' }],
  [
    `${OWN}/service.js`,
    { file: 'service/page/service.js', type: 'text/javascript; charset=utf-8' },
  ],
]);
const HEADERS = {
  'Content-Security-Policy': LOCAL_PAGE_POLICY,
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};

const Switch = z.strictObject({ fault: z.string(), on: z.boolean() });
const Action = z.strictObject({ action: z.string() });
const PageRequest = z.union([Switch, Action]);

/** The page of a local service, which switches its faults on and off. */
export const servicePage = <Name extends string>(options: PageOptions<Name>) => {
  const { title, faults, entries, actions } = options;
  const listeners = new Set<() => void>();
  const update = () => {
    for (const listener of listeners) listener();
  };
  faults.listen(update);

  const state = () => ({
    title,
    faults: faults.list(),
    actions: Object.keys(actions),
    entries: entries(),
  });

  const change = (request: ServiceRequest): ServiceResponse => {
    if (!declaresJson(request)) {
      return jsonAnswer(415, { error: 'Content-Type must be application/json' });
    }
    const { data } = z.safeParse(PageRequest, jsonBodyOf(request));
    if (data !== undefined && 'action' in data && Object.hasOwn(actions, data.action)) {
      actions[data.action]?.();
      update();
      return jsonAnswer(200, state());
    }
    if (data !== undefined && 'fault' in data && faults.isName(data.fault)) {
      if (data.on) faults.switchOn(data.fault);
      else faults.switchOff(data.fault);
      return jsonAnswer(200, state());
    }
    return jsonAnswer(400, { error: 'must be {"fault": name, "on": boolean} or {"action": name}' });
  };

  const answerTo = (request: ServiceRequest): ServiceResponse => {
    if (request.method === 'POST') return change(request);
    if (request.method === 'GET') return jsonAnswer(200, state());
    return jsonAnswer(405, { error: 'GET or POST' });
  };

  const stream = (response: ServerResponse) => {
    response.writeHead(200, { ...HEADERS, 'Content-Type': 'text/event-stream' });
    const show = () => response.write(`data: ${JSON.stringify(state())}\n\n`);
    show();
    listeners.add(show);
    response.on('close', () => listeners.delete(show));
  };

  return {
    /** Shows the current state on every open page. */
    update,
    /** Responds to a request of the page. @returns `false` for any other request, which is one of the service */
    serve: async (request: ServiceRequest, response: ServerResponse): Promise<boolean> => {
      const { method, path } = request;
      const file = method === 'GET' ? FILES.get(path) : undefined;
      if (file !== undefined) {
        const body = await readFile(`${FOLDER}/${file.file}`);
        sendAnswer(response, {
          status: 200,
          headers: { ...HEADERS, 'Content-Type': file.type },
          body,
        });
      } else if (path === `${OWN}/events` && method === 'GET') {
        stream(response);
      } else if (path === `${OWN}/faults`) {
        const answer = answerTo(request);
        sendAnswer(response, { ...answer, headers: { ...answer.headers, ...HEADERS } });
      } else return false;
      return true;
    },
  };
};
