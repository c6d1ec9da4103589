import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { SECOND_MS } from './clock.ts';
import { sampledTrace } from './env.ts';

/** The header of a document for the daemon. Source: "Sending segment documents to the X-Ray daemon", AWS X-Ray. */
const HEADER = '{"format": "json", "version": 1}';

/**
 * Adds a part to the X-Ray trace of this invocation, with the annotation `correlation_id`, so that a search for the id
 * finds every trace of a run. AWS starts a new trace where it cannot continue one. Does nothing without tracing.
 *
 * It is one datagram to the daemon beside the function: nothing waits for it, and a lost one is no error.
 * @param startMs when the part began. Milliseconds since the Unix epoch
 */
export const annotateTrace = (
  correlation_id: string,
  { startMs, endMs }: { startMs: number; endMs: number },
): void => {
  const trace = sampledTrace();
  if (trace === undefined) return;
  const { daemon, ...of } = trace;
  const part = {
    ...of,
    type: 'subsegment',
    name: 'run',
    id: randomBytes(8).toString('hex'),
    start_time: startMs / SECOND_MS,
    end_time: endMs / SECOND_MS,
    annotations: { correlation_id },
  };
  const socket = createSocket('udp4');
  // A function that is frozen before the datagram leaves must not stay alive for it.
  socket.unref();
  // The callback also gets the error, if there is one.
  socket.send(`${HEADER}\n${JSON.stringify(part)}`, daemon.port, daemon.host, () => socket.close());
};
