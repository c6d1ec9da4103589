/** A service that a circuit breaker guards. */
interface Service {
  /** Whether calls are allowed while the breaker cannot be read (fail open). */
  failOpen: boolean;
}

/** Every service with a breaker, by the key of its row. The sweeper checks each of them. */
export const SERVICES = {
  ntfy: { failOpen: true },
} as const satisfies Record<string, Service>;

export type ServiceName = keyof typeof SERVICES;
