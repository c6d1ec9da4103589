import tls from 'node:tls';
import { onTestFinished } from 'vitest';
import { tcpServer } from './loopback.ts';

/**
 * Lets this process use TLS 1.0 until the test ends, and starts a server that records which versions a client offers. The
 * server closes the connection after the first bytes of a client.
 */
export const oldFashioned = async (): Promise<{ port: number; versions: Promise<number[]> }> => {
  const { DEFAULT_MIN_VERSION, DEFAULT_CIPHERS } = tls;
  onTestFinished(() => void Object.assign(tls, { DEFAULT_MIN_VERSION, DEFAULT_CIPHERS }));
  Object.assign(tls, { DEFAULT_MIN_VERSION: 'TLSv1', DEFAULT_CIPHERS: 'DEFAULT@SECLEVEL=0' });
  const hello = Promise.withResolvers<Buffer>();
  const { port } = await tcpServer((socket) => {
    socket.once('data', (bytes: Buffer) => {
      hello.resolve(bytes);
      socket.destroy();
    });
  });
  return { port, versions: hello.promise.then(versionsOffered) };
};

/** The `supported_versions` of a ClientHello. Source: RFC 8446, sections 4.1.2 and 4.2.1. */
const versionsOffered = (hello: Buffer): number[] => {
  let at = 5 + 4 + 2 + 32;
  at += 1 + hello.readUInt8(at);
  at += 2 + hello.readUInt16BE(at);
  at += 1 + hello.readUInt8(at);
  const end = at + 2 + hello.readUInt16BE(at);
  for (at += 2; at < end; at += 4 + hello.readUInt16BE(at + 2)) {
    if (hello.readUInt16BE(at) !== 43) continue;
    const count = hello.readUInt8(at + 4) / 2;
    return Array.from({ length: count }, (_, n) => hello.readUInt16BE(at + 5 + 2 * n));
  }
  throw new Error('the hello offers no versions');
};
