import { BlockList, isIP, type LookupFunction } from 'node:net';
import { AppError } from '#lib/platform/errors.ts';

/**
 * IPv4 ranges that no service on the internet uses.
 * Source: IANA IPv4 Special-Purpose Address Registry. 168.63.129.16 is the platform address of Azure.
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
 * The only range of IPv6 with public addresses. Loopback, IPv4-mapped, IPv4-compatible, NAT64, discard-only, unique
 * local, link-local and multicast addresses are outside of it.
 */
const GLOBAL_UNICAST_V6 = '2000::/3';

/**
 * Ranges inside of it that are not public: protocol assignments (Teredo, ORCHID, benchmarking, anycast), documentation,
 * 6to4 (which contains an IPv4 address) and AS112.
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
 * Whether a service on the internet can have this IP address. Addresses of this machine, of private networks and of cloud
 * metadata are not public, nor are IPv6 addresses that contain an IPv4 address. A text that is not a plain IP address is
 * not public.
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
 * A DNS lookup that returns only public addresses. It fails when one of the addresses is not public. Node connects to an
 * address that this lookup returned, so a DNS record that changes after the check has no effect.
 */
export const onlyPublic =
  (lookup: LookupFunction): LookupFunction =>
  (hostname, options, callback) =>
    lookup(hostname, { ...options, all: true }, (error, result) => {
      if (error) return callback(error, []);
      const addresses = typeof result === 'string' ? [] : result;
      const [first] = addresses;
      if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address))) {
        return callback(notPublicError(), []);
      }
      if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });

const notPublicError = (): AppError =>
  new AppError(
    'unavailable',
    'ADDRESS_NOT_PUBLIC',
    'the host name does not resolve to public addresses only',
    {
      retryable: false,
    },
  );
