import { vi } from 'vitest';

export interface SentRequest {
  path: string;
  body: unknown;
  /** The header `Authorization`. */
  authorization: string | undefined;
}

/** The status and body of the response to a request. */
export type Respond = (request: SentRequest) => Promise<Reply> | Reply;
interface Init {
  body?: string;
  headers: { Authorization?: string };
}
type Reply = readonly [status: number, body?: unknown];

export const ORIGIN = 'https://dashboard.example';

/** Replaces what the session uses of a browser: its storage, locks, tabs, address and network. */
export const installBrowser = (respond: Respond) => {
  const sent: SentRequest[] = [];
  const tabs: { onmessage?: () => void }[] = [];
  const storages = { localStorage: storage(), sessionStorage: storage() };
  for (const [name, value] of Object.entries(storages)) vi.stubGlobal(name, value);
  vi.stubGlobal('location', { origin: ORIGIN });
  vi.stubGlobal('navigator', { onLine: true, locks: { request: oneAtATime() } });
  vi.stubGlobal('BroadcastChannel', function BroadcastChannel(this: { onmessage?: () => void }) {
    tabs.push(this);
    return Object.assign(this, { postMessage: () => {} });
  });
  vi.stubGlobal('fetch', async (path: string, { body: text, headers }: Init) => {
    const request = {
      path,
      body: text === undefined ? undefined : JSON.parse(text),
      authorization: headers.Authorization,
    };
    sent.push(request);
    const [status, body] = await respond(request);
    if (body instanceof ReadableStream) return new Response(body, { status });
    return new Response(body === undefined ? null : JSON.stringify(body), { status });
  });
  return {
    ...storages,
    sent,
    /** Another tab reports that the viewer signed out. */
    signOutInOtherTab: () => tabs.at(-1)?.onmessage?.(),
  };
};

const storage = () => {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    key: (index: number) => [...items.keys()][index] ?? null,
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => void items.set(name, value),
    removeItem: (name: string) => void items.delete(name),
  };
};

/** A lock: one holder at a time, in the order of the requests. */
const oneAtATime = () => {
  let last: Promise<unknown> = Promise.resolve();
  return <Result>(_name: string, work: () => Promise<Result>): Promise<Result> => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };
};
