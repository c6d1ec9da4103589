import { BlockList, isIP, type LookupFunction } from 'node:net';
import { AppError } from '#lib/platform/errors.ts';

/**
 * IPv4 that no service on the internet lives at.
 * Source: IANA IPv4 Special-Purpose Address Registry; the platform address of one large cloud beside it.
 */
const SPECIAL_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];

/**
 * The only part of IPv6 that is handed out as public. Loopback, IPv4-mapped and IPv4-compatible addresses, NAT64,
 * discard-only, unique local, link-local and multicast all lie outside.
 */
const GLOBAL_UNICAST_V6 = '2000::/3';

/**
 * What is special within it: protocol assignments (Teredo, ORCHID, benchmarking, anycast), documentation, 6to4 (it
 * carries an IPv4 address), AS112.
 * Source: IANA IPv6 Special-Purpose Address Registry.
 */
const SPECIAL_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'];

const blockListOf = (ranges: readonly string[], family: 'ipv4' | 'ipv6'): BlockList => {
  const list = new BlockList();
  for (const range of ranges) {
    const [net = '', prefix] = range.split('/');
    list.addSubnet(net, Number(prefix), family);
  }
  return list;
};

const specialV4 = blockListOf(SPECIAL_V4, 'ipv4');
const globalV6 = blockListOf([GLOBAL_UNICAST_V6], 'ipv6');
const specialV6 = blockListOf(SPECIAL_V6, 'ipv6');

/**
 * Whether an IP address is one that a service on the internet can have: not this machine, not its network, not a
 * cloud's metadata, and no IPv6 form that smuggles an IPv4 address. What is no plain IP address is not public.
 */
export const isPublicAddress = (ip: string): boolean => {
  switch (isIP(ip)) {
    case 4:
      return !specialV4.check(ip, 'ipv4');
    case 6:
      return !ip.includes('%') && globalV6.check(ip, 'ipv6') && !specialV6.check(ip, 'ipv6');
    default:
      return false;
  }
};

/**
 * A look-up that answers with public addresses or not at all: one that is not spoils the whole answer. The connector
 * connects to what this answers, so a name that changes its mind in between gains nothing.
 */
export const onlyPublic =
  (lookup: LookupFunction): LookupFunction =>
  (hostname, options, callback) =>
    lookup(hostname, { ...options, all: true }, (error, answer) => {
      if (error) return callback(error, []);
      const addresses = typeof answer === 'string' ? [] : answer;
      const [first] = addresses;
      if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address))) {
        return callback(notPublic(), []);
      }
      if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });

const notPublic = (): AppError =>
  new AppError('unavailable', 'ADDRESS_NOT_PUBLIC', 'the host leads to no public address', {
    retryable: false,
  });
