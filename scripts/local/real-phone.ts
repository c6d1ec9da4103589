/** A real ntfy server that receives the pushes instead of the local phone. */
export interface RealPhone {
  topicUrl: string;
  /** Origins that functions may call without TLS. */
  origins: readonly string[];
}

const TOPIC = '/[-\\w]{1,64}$';
const WITH_TLS = new RegExp(`^https://[^/]+${TOPIC}`);
/** A server on this machine may use plain http, because the traffic does not leave the machine. */
const ON_THIS_MACHINE = new RegExp(`^http://(localhost|127\\.0\\.0\\.1|\\[::1\\])(:\\d+)?${TOPIC}`);

/** @throws Error for an address that is not an ntfy topic, or that uses plain http to another machine */
export const realPhone = (topicUrl: string): RealPhone => {
  if (WITH_TLS.test(topicUrl)) return { topicUrl, origins: [] };
  if (ON_THIS_MACHINE.test(topicUrl)) return { topicUrl, origins: [new URL(topicUrl).origin] };
  throw new Error(
    'NTFY_URL must be https://host/topic, e.g. https://ntfy.sh/a-topic-nobody-guesses, or http://localhost:port/topic',
  );
};
