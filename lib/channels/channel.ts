/** What a person gets to see. The channel cuts it to what its protocol can carry. */
export interface Push {
  /** The message's id: a push sent again under the same id replaces the first where the channel can. */
  id: string;
  message: string;
  title?: string;
  /** 1 (lowest) to 5. */
  priority?: 1 | 2 | 3 | 4 | 5;
  tags?: readonly string[];
  /** What a tap opens; https. */
  click?: string;
  markdown?: boolean;
}

export interface SendOptions {
  /** No try may end after this. Milliseconds since the Unix epoch. */
  deadlineMs: number;
  signal: AbortSignal;
  correlationId: string;
  /** When an earlier run began to send this push, if one did: it may have arrived. ISO 8601. */
  sendStarted?: string;
  /** Called, and awaited, before the first byte of the first try leaves. */
  beforeFirstSend: () => Promise<void>;
}

export interface Receipt {
  /** The channel's own id of what it accepted. */
  id: string;
}

/**
 * A way to reach people. One file per channel: its name, the schema of its configuration, and this.
 */
export interface Channel {
  name: string;
  /** The circuit breaker it stands behind. */
  service: string;
  /** @throws AppError `unavailable` while it cannot be sent, `invalid` when it never can. */
  send: (push: Push, options: SendOptions) => Promise<Receipt>;
  /** Opens the connection that the first push needs, for a function that starts. @throws AppError when it does not stand */
  reach: () => Promise<void>;
}
