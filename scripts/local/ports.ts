import { createServer } from 'node:net';

/** A port on 127.0.0.1 that the system says is free. */
export const freePort = (): Promise<number> => listenOnce(0);

/** Whether a port on 127.0.0.1 is free. */
export const isFree = (port: number): Promise<boolean> =>
  listenOnce(port).then(
    () => true,
    () => false,
  );

const listenOnce = (port: number) =>
  new Promise<number>((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
