import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { connect, isIP, type NetConnectOpts, Socket, type TcpNetConnectOpts } from 'node:net';
import type { Agents } from '#lib/http/client.ts';

export interface Attempt {
  tls: boolean;
  /** The pool of the connection. */
  pool: 'public' | 'local';
  /** The options of the connector. */
  host: string;
  port: number;
  /** The address that Node was about to connect to. */
  addresses: string[];
}

export interface SocketTrap {
  agents: Agents;
  /** Every attempted connection. */
  attempts: Attempt[];
}

/** Node's own connector, except that it records and fails an attempt instead of connecting. */
export const socketTrap = (): SocketTrap => {
  const attempts: Attempt[] = [];

  const trapped = <A extends HttpAgent>(agent: A, tls: boolean, pool: Attempt['pool']): A =>
    Object.assign(agent, {
      createConnection: (options: NetConnectOpts) => {
        const { host = '', port, lookup, ...rest } = options as TcpNetConnectOpts;
        const attempt = { tls, pool, host, port, addresses: [] as string[] };
        if (isIP(host) !== 0) {
          attempt.addresses.push(host);
          attempts.push(attempt);
          const socket = new Socket();
          setImmediate(() => socket.destroy(new Error('trapped')));
          return socket;
        }
        if (lookup === undefined) throw new Error('the connector would look names up by itself');
        return connect({
          ...rest,
          host,
          port,
          lookup: (name, how, callback) =>
            lookup(name, how, (error, answer, family) => {
              if (error) return callback(error, answer, family);
              const found = typeof answer === 'string' ? [{ address: answer }] : answer;
              attempt.addresses.push(...found.map(({ address }) => address));
              attempts.push(attempt);
              callback(new Error('trapped'), []);
            }),
        });
      },
    });

  const pools = (pool: Attempt['pool']) => ({
    http: trapped(new HttpAgent(), false, pool),
    https: trapped(new HttpsAgent(), true, pool),
  });
  return { attempts, agents: { public: pools('public'), local: pools('local') } };
};
