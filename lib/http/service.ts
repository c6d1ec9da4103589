/** An outside service that the platform calls. */
export interface Service {
  /** The name of its breaker, such as `weather-gov` or `cps-birdsfoot`. */
  name: string;
  /** The only origin that is called for it: scheme, host and port. It comes from configuration, never from a message. */
  origin: string;
  /** The page for people, which an error shows. */
  link?: string;
}
