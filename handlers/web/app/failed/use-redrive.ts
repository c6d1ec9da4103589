import { useEffect, useRef, useState } from 'preact/hooks';
import { request } from '#handlers/web/app/api/request.ts';
import type { ApiMessage } from '#handlers/web/app/api/responses.ts';
import { type QueueState, runQueue } from './run-queue.ts';

/** The most messages of one batch. */
export const MAX_BATCH = 100;
/** How many messages are redriven at the same time. */
const WIDTH = 4;

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

/** Redrives a batch of messages. It stops when the viewer leaves the page. */
export const useRedrive = (onEnd: () => void): RedriveBatch => {
  const [entries, setEntries] = useState<QueueState<ApiMessage, ApiMessage>>([]);
  const [isRunning, setRunning] = useState(false);
  const [redriven, setRedriven] = useState<ReadonlyMap<string, ApiMessage>>(new Map());
  const abort = useRef<AbortController>(undefined);
  useEffect(() => () => abort.current?.abort(), []);

  const run = async (messages: readonly ApiMessage[], reason: string) => {
    const controller = new AbortController();
    abort.current = controller;
    setRunning(true);
    await runQueue(messages.slice(0, MAX_BATCH), {
      work: (message) => redrive(message, reason),
      width: WIDTH,
      signal: controller.signal,
      onChange: (state) => {
        setEntries(state);
        const done = state.flatMap(({ result }) => (result === undefined ? [] : [result]));
        setRedriven((before) => new Map([...before, ...done.map((one) => [one.id, one] as const)]));
      },
    });
    setRunning(false);
    onEnd();
  };

  return {
    entries,
    isRunning,
    redriven,
    start: (messages, reason) => void (isRunning || run(messages, reason)),
    stop: () => abort.current?.abort(),
    close: () => setEntries([]),
  };
};

const redrive = async ({ id }: ApiMessage, reason: string): Promise<ApiMessage> => {
  const path = `/api/messages/${encodeURIComponent(id)}/redrive`;
  return (await request<ApiMessage>('POST', path, { body: { reason } })).body;
};
