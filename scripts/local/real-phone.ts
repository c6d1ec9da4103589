/** Where the pushes of the local platform go when they are not to end on its own phone. */
export interface RealPhone {
  topicUrl: string;
  /** Origins that may be plain http. */
  origins: readonly string[];
}

const TOPIC = '/[-\\w]{1,64}$';
const ANYWHERE = new RegExp(`^https://[^/]+${TOPIC}`);
/** A server on this machine: nobody between here and there reads along. */
const HERE = new RegExp(`^http://(localhost|127\\.0\\.0\\.1|\\[::1\\])(:\\d+)?${TOPIC}`);

/** @throws Error for an address that would be refused, or read by others on its way */
export const realPhone = (topicUrl: string): RealPhone => {
  if (ANYWHERE.test(topicUrl)) return { topicUrl, origins: [] };
  if (HERE.test(topicUrl)) return { topicUrl, origins: [new URL(topicUrl).origin] };
  throw new Error(
    'NTFY_URL must be https://host/topic, e.g. https://ntfy.sh/a-topic-nobody-guesses, or http://localhost:port/topic',
  );
};
