import { refusalError } from './failures.ts';
import { randomToken } from './ids.ts';
import { isYes, type NtfyRequest, parameter } from './request.ts';
import type { NtfyResponse } from './response.ts';
import type { Entry, MessageStore } from './store.ts';

export type Format = 'json' | 'raw' | 'sse';

const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  json: 'application/x-ndjson; charset=utf-8',
  raw: 'text/plain; charset=utf-8',
  sse: 'text/event-stream; charset=utf-8',
};
const SPAN_S: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };

export interface ReadOptions {
  topics: readonly string[];
  format: Format;
  store: MessageStore;
  nowS: number;
}

/**
 * The messages of topics. With `poll=1` the response ends after the stored messages; otherwise it stays open and new
 * messages follow until the caller closes the connection.
 * @throws Refusal 40008 for a `since` that cannot be parsed.
 */
export const readTopics = (
  request: NtfyRequest,
  { topics, format, store, nowS }: ReadOptions,
): NtfyResponse => {
  const poll = isYes(parameter(request, 'x-poll', 'poll', 'po'));
  const withScheduled = isYes(parameter(request, 'x-scheduled', 'scheduled', 'sched'));
  const matches = filters(request, topics);
  const since = parameter(request, 'x-since', 'since', 'si') ?? (poll ? 'all' : 'none');
  const lines = after(since, store.lines({ withScheduled }), nowS).filter(matches);
  const stored = lines.map((entry) => lineOf(entry, format)).join('');
  if (poll) return { status: 200, type: CONTENT_TYPES[format], body: stored };

  const opened = { id: randomToken(12), time: nowS, event: 'open', topic: topics.join(',') };
  return {
    status: 200,
    type: CONTENT_TYPES[format],
    body: lineOf(opened, format) + stored,
    follow: (response) => {
      const stop = store.listen((entry) => {
        if (matches(entry)) response.write(lineOf(entry, format));
      });
      response.on('close', stop);
    },
  };
};

const after = (since: string, lines: Entry[], nowS: number): Entry[] => {
  const span = /^(\d+)(s|m|h)$/.exec(since);
  if (since === 'all') return lines;
  if (since === 'none') return [];
  if (span) {
    const fromS = nowS - Number(span[1]) * (SPAN_S[span[2] ?? ''] ?? 0);
    return lines.filter((entry) => entry.time >= fromS);
  }
  if (/^[A-Za-z0-9]{12}$/.test(since)) {
    const index = lines.findIndex((entry) => entry.id === since);
    return lines.slice(index + 1);
  }
  if (/^\d{9,11}$/.test(since)) return lines.filter((entry) => entry.time >= Number(since));
  throw refusalError(40008);
};

const filters = (request: NtfyRequest, topics: readonly string[]): ((entry: Entry) => boolean) => {
  const id = parameter(request, 'x-id', 'id');
  const priorities = parameter(request, 'x-priority', 'priority', 'prio', 'p')?.split(',');
  return (entry) =>
    (topics.length === 0 || topics.includes(entry.topic)) &&
    (id === undefined || entry.id === id) &&
    (priorities === undefined || priorities.includes(String(entry.priority ?? 3)));
};

const lineOf = (entry: { event: string; message?: string }, format: Format): string => {
  if (format === 'json') return `${JSON.stringify(entry)}\n`;
  if (format === 'raw') return `${(entry.message ?? '').replaceAll('\n', ' ')}\n`;
  const event = entry.event.startsWith('message') ? '' : `event: ${entry.event}\n`;
  return `${event}data: ${JSON.stringify(entry)}\n\n`;
};
