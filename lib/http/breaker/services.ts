/** How a service is treated that stands behind a circuit breaker. */
interface Service {
  /** Whether it is called while nobody can read its breaker: yes where a call too many harms less than none. */
  failOpen: boolean;
}

/** Every service with a breaker, by the key of its row. The sweeper looks at each of them. */
export const SERVICES = {
  ntfy: { failOpen: true },
} as const satisfies Record<string, Service>;

export type ServiceName = keyof typeof SERVICES;
