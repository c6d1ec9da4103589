/** A service that a circuit breaker guards. */
interface Service {
  /** Whether to call it while its breaker cannot be read: true if a needless call does less harm than a missing one. */
  failOpen: boolean;
}

/** Every service with a breaker, by the key of its row. The sweeper checks each of them. */
export const SERVICES = {
  ntfy: { failOpen: true },
} as const satisfies Record<string, Service>;

export type ServiceName = keyof typeof SERVICES;
