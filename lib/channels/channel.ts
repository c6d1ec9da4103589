/** A notification for a person. The channel shortens it to what its protocol can carry. */
export interface Push {
  /** The message's id. Where the channel supports it, a push with the same id replaces the earlier one. */
  id: string;
  message: string;
  title?: string;
  /** 1 (lowest) to 5 (highest). */
  priority?: 1 | 2 | 3 | 4 | 5;
  tags?: readonly string[];
  /** The https link that opens when the person taps the notification. */
  click?: string;
  markdown?: boolean;
}

export interface SendOptions {
  /** No try may end after this time. Milliseconds since the Unix epoch. */
  deadlineMs: number;
  signal: AbortSignal;
  correlationId: string;
  /** When an earlier run started to send this push, which may have arrived. ISO 8601. Absent for the first run. */
  sendStarted?: string;
  /** Called and awaited once, before the first try sends anything. */
  beforeFirstSend: () => Promise<void>;
}

/** The original sizes of what a channel shortened or left out. Bytes of UTF-8. */
export interface Cut {
  message?: { bytes: number };
  title?: { bytes: number };
  /** The number of all tags, and their bytes together. */
  tags?: { count: number; bytes: number };
  /** The link was left out as a whole. */
  click?: { bytes: number };
}

export interface PushReceipt {
  /** The id that the channel gave the push. */
  id: string;
  /** Absent when the push was sent as a whole. */
  cut?: Cut;
}

/** A way to notify people. `lib/channels/ntfy.ts` is the first channel. */
export interface Channel {
  name: string;
  /** The service whose circuit breaker guards the channel. */
  service: string;
  /** @throws AppError `unavailable` while the push cannot be sent, `invalid` when it can never be sent. */
  send: (push: Push, options: SendOptions) => Promise<PushReceipt>;
  /** Opens the connection for the first push while the function starts. @throws AppError when that fails. */
  warmUp: () => Promise<void>;
}
