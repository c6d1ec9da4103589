/** A service that a circuit breaker guards. */
interface Service {
  /** Whether calls are allowed while the breaker cannot be read (fail open). */
  failOpen: boolean;
}

/** The services that the code names, by the key of their row. Configuration can name more. The sweeper checks all of them. */
export const SERVICES = {
  ntfy: { failOpen: true },
  'weather-gov': { failOpen: true },
} as const satisfies Record<string, Service>;

export type ServiceName = keyof typeof SERVICES;

export const isInCode = (service: string): service is ServiceName =>
  Object.hasOwn(SERVICES, service);

/** The key of the row that lists the services that only configuration names. */
export const NAMES_KEY = 'names';

/** Whether a service may have this name: 1 to 64 lower-case letters, digits and hyphens, except the key of the list. */
export const isServiceName = (name: string): boolean =>
  /^[a-z\d](?:[a-z\d-]{0,62}[a-z\d])?$/.test(name) && name !== NAMES_KEY;
