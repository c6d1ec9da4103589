import { randomToken } from './ids.ts';

/** The version of the server. Version 2.13 does not support sequence ids. */
export type Version = '2.13' | '2.27';

/** One line of a topic. The fields are in the order of the server's JSON. */
export interface Entry {
  id: string;
  sequence_id?: string;
  /** When the message was published, or when a delayed message is due. Seconds since the Unix epoch. */
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

/** A push as a person sees it. `cleared` means that it was marked as read. */
export type Seen = Entry & { message: string; cleared?: true };

/** The parts of an entry that the publish request determines. */
export type NewEntry = Omit<Entry, 'id' | 'expires' | 'time' | 'event'>;

const KEEP_S = 12 * 3_600;
/** The interval at which the server delivers delayed messages that are due. Seconds. */
const TICK_S = 10;

/** The messages of a server, oldest first: those that were delivered, and delayed ones that are not due yet. */
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
    /** Delivers the delayed messages that were due at the last interval. */
    deliverDue: () => {
      const checkedS = startS + Math.floor((now() / 1_000 - startS) / TICK_S) * TICK_S;
      const due = scheduled.filter((entry) => entry.time <= checkedS);
      scheduled = scheduled.filter((entry) => entry.time > checkedS);
      for (const entry of due) deliver(entry);
    },

    publish: (
      draft: NewEntry,
      { due, keep }: { due?: number | undefined; keep: boolean },
    ): Entry => {
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

    /** Adds the event that a sequence was deleted or cleared, also for an unknown sequence id. */
    addEvent: (
      topic: string,
      sequence: string,
      event: 'message_delete' | 'message_clear',
    ): Entry => {
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

    /** Calls the listener for every new line. @returns a function that removes the listener */
    listen: (listener: (entry: Entry) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },

    /** A topic as the phone shows it, oldest first: the newest entry of each sequence, without deleted ones. */
    phone: (topic: string): Seen[] => {
      const seen = new Map<string, Seen>();
      for (const entry of delivered.filter((line) => line.topic === topic)) {
        const key = entry.sequence_id ?? entry.id;
        const earlier = seen.get(key);
        if (entry.event === 'message_clear') {
          if (earlier) seen.set(key, { ...earlier, cleared: true });
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
