import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { ApiMessage } from '#handlers/web/app/api/responses.ts';
import { quantityText } from '#handlers/web/app/format/number.ts';
import { redriveMessage } from '#handlers/web/app/messages/redrive-message.ts';
import type { PagePath } from '#handlers/web/app/pages.ts';
import { toast } from '#handlers/web/app/parts/toasts.tsx';
import { session } from '#handlers/web/app/session/session.ts';
import { type QueueState, queueCounts, runQueue } from './run-queue.ts';

/** The most messages of one batch. */
export const MAX_BATCH = 100;
/** How many messages are redriven at the same time. */
const WIDTH = 4;
const FAILED_PAGE: PagePath = '/failed';

export interface RedriveBatch {
  /** The messages of the last batch with their outcomes; empty before the first one. */
  entries: QueueState<ApiMessage, ApiMessage>;
  isRunning: boolean;
  /** The redriven messages, as they were right after it. By id. */
  redriven: ReadonlyMap<string, ApiMessage>;
  start: (messages: readonly ApiMessage[], reason: string) => void;
  /** Leaves out the messages that wait. */
  stop: () => void;
  /** Forgets the outcomes. */
  close: () => void;
}

const entries = signal<QueueState<ApiMessage, ApiMessage>>([]);
const isRunning = signal(false);
const redriven = signal<ReadonlyMap<string, ApiMessage>>(new Map());
let abort = new AbortController();
// Without a session, every message that waits would fail.
session.subscribe(({ state }) => {
  if (state === 'signed-out') abort.abort();
});

/**
 * Redrives a batch of messages. There is one batch in a tab: it goes on when the viewer opens another page, and the browser
 * asks before the tab is closed.
 * @param onEnd called after each batch that ends while the component is shown
 */
export const useRedrive = (onEnd: () => void): RedriveBatch => {
  const latest = useRef(onEnd);
  latest.current = onEnd;
  const wasRunning = useRef(isRunning.value);
  useEffect(() => {
    if (wasRunning.current && !isRunning.value) latest.current();
    wasRunning.current = isRunning.value;
  }, [isRunning.value]);
  return {
    entries: entries.value,
    isRunning: isRunning.value,
    redriven: redriven.value,
    start: (messages, reason) => void (isRunning.value || run(messages, reason)),
    stop: () => abort.abort(),
    close: () => {
      entries.value = [];
    },
  };
};

const run = async (messages: readonly ApiMessage[], reason: string) => {
  abort = new AbortController();
  isRunning.value = true;
  window.addEventListener('beforeunload', askFirst);
  const last = await runQueue(messages.slice(0, MAX_BATCH), {
    work: ({ id }) => redriveMessage(id, reason),
    width: WIDTH,
    signal: abort.signal,
    onChange: (state) => {
      entries.value = state;
      const done = state.flatMap(({ result }) => (result === undefined ? [] : [result]));
      redriven.value = new Map([...redriven.value, ...done.map((one) => [one.id, one] as const)]);
    },
  });
  window.removeEventListener('beforeunload', askFirst);
  isRunning.value = false;
  reportElsewhere(last);
};

const askFirst = (event: BeforeUnloadEvent) => event.preventDefault();

/** Another page does not show the outcomes. */
const reportElsewhere = (state: QueueState<ApiMessage, ApiMessage>) => {
  if (location.pathname === FAILED_PAGE) return;
  const { done, failed } = queueCounts(state);
  toast(
    `${quantityText(done, 'message')} of ${state.length} redriven.`,
    failed === 0 ? 'ok' : 'bad',
    { href: FAILED_PAGE, text: 'Show the outcomes' },
  );
};
