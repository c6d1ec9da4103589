import { randomToken } from './ids.ts';

/** Servers that the behaviour was measured on; 2.13 knows no sequence ids. */
export type Version = '2.13' | '2.27';

/** One line of a topic. Field order is the wire's. */
export interface Entry {
  id: string;
  sequence_id?: string;
  /** Seconds since the Unix epoch; of a delayed message, when it is due. */
  time: number;
  expires?: number;
  event: 'message' | 'message_delete' | 'message_clear';
  topic: string;
  title?: string;
  message?: string;
  priority?: number;
  tags?: string[];
  click?: string;
  icon?: string;
  actions?: Record<string, unknown>[];
  attachment?: Record<string, unknown>;
  content_type?: 'text/markdown';
}

/** What a person sees of a push: repeated pushes collapsed into the newest. */
export type Seen = Entry & { message: string; cleared?: true };

export type Draft = Omit<Entry, 'id' | 'expires' | 'time' | 'event'>;

const KEEP_S = 12 * 3_600;
/** The sender of delayed messages looks this often. Seconds. */
const TICK_S = 10;

/**
 * The messages of a server, oldest first: delivered ones, and delayed ones that nobody sees yet.
 */
export const messageStore = (now: () => number) => {
  const startS = now() / 1_000;
  let delivered: Entry[] = [];
  let scheduled: Entry[] = [];
  const listeners = new Set<(entry: Entry) => void>();

  const deliver = (entry: Entry, keep = true) => {
    if (keep) delivered.push(entry);
    for (const listener of listeners) listener(entry);
  };
  const unschedule = (topic: string, sequence: string) => {
    scheduled = scheduled.filter(
      (entry) => entry.topic !== topic || (entry.sequence_id ?? entry.id) !== sequence,
    );
  };

  return {
    /** Delayed messages whose time has come by the sender's last look. */
    tick: () => {
      const lookedS = startS + Math.floor((now() / 1_000 - startS) / TICK_S) * TICK_S;
      const due = scheduled.filter((entry) => entry.time <= lookedS);
      scheduled = scheduled.filter((entry) => entry.time > lookedS);
      for (const entry of due) deliver(entry);
    },

    publish: (draft: Draft, { due, keep }: { due?: number | undefined; keep: boolean }): Entry => {
      const { sequence_id, ...content } = draft;
      const time = due ?? Math.floor(now() / 1_000);
      const entry: Entry = {
        id: randomToken(12),
        ...(sequence_id === undefined ? {} : { sequence_id }),
        time,
        ...(keep ? { expires: time + KEEP_S } : {}),
        event: 'message',
        ...content,
      };
      if (sequence_id !== undefined) unschedule(draft.topic, sequence_id);
      if (due === undefined) deliver(entry, keep);
      else scheduled.push(entry);
      return entry;
    },

    /** A sequence is deleted or cleared: one more line, whatever it names. */
    mark: (topic: string, sequence: string, event: 'message_delete' | 'message_clear'): Entry => {
      const time = Math.floor(now() / 1_000);
      const entry: Entry = {
        id: randomToken(12),
        sequence_id: sequence,
        time,
        expires: time + KEEP_S,
        event,
        topic,
      };
      if (event === 'message_delete') unschedule(topic, sequence);
      deliver(entry);
      return entry;
    },

    lines: ({ withScheduled = false } = {}): Entry[] => [
      ...delivered,
      ...(withScheduled ? scheduled : []),
    ],

    /** Hears every line from now on; call the answer to stop. */
    listen: (listener: (entry: Entry) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },

    /** A topic as it stands on the phone, oldest first: one entry per sequence, deleted ones gone. */
    phone: (topic: string): Seen[] => {
      const seen = new Map<string, Seen>();
      for (const entry of delivered.filter((line) => line.topic === topic)) {
        const key = entry.sequence_id ?? entry.id;
        const before = seen.get(key);
        if (entry.event === 'message_clear') {
          if (before) seen.set(key, { ...before, cleared: true });
          continue;
        }
        seen.delete(key);
        if (entry.event === 'message') seen.set(key, { ...entry, message: entry.message ?? '' });
      }
      return [...seen.values()];
    },

    wipe: () => {
      delivered = [];
      scheduled = [];
    },
  };
};

export type MessageStore = ReturnType<typeof messageStore>;
