/** The first and the last address of a range, and one between. */
const samples = (first: string, between: string, last: string) => [first, between, last];

/** IPv4 addresses that are not public: every special range, and well-known targets of attacks. */
export const HOSTILE_V4: readonly string[] = [
  ...samples('0.0.0.0', '0.1.2.3', '0.255.255.255'),
  ...samples('10.0.0.0', '10.11.12.13', '10.255.255.255'),
  ...samples('100.64.0.0', '100.100.100.200', '100.127.255.255'),
  ...samples('127.0.0.0', '127.0.0.1', '127.255.255.255'),
  '168.63.129.16',
  ...samples('169.254.0.0', '169.254.169.254', '169.254.255.255'),
  '169.254.170.2',
  '169.254.169.253',
  ...samples('172.16.0.0', '172.20.10.1', '172.31.255.255'),
  ...samples('192.0.0.0', '192.0.0.192', '192.0.0.255'),
  ...samples('192.0.2.0', '192.0.2.7', '192.0.2.255'),
  ...samples('192.31.196.0', '192.31.196.9', '192.31.196.255'),
  ...samples('192.52.193.0', '192.52.193.9', '192.52.193.255'),
  ...samples('192.88.99.0', '192.88.99.1', '192.88.99.255'),
  ...samples('192.168.0.0', '192.168.1.1', '192.168.255.255'),
  ...samples('192.175.48.0', '192.175.48.9', '192.175.48.255'),
  ...samples('198.18.0.0', '198.19.0.1', '198.19.255.255'),
  ...samples('198.51.100.0', '198.51.100.7', '198.51.100.255'),
  ...samples('203.0.113.0', '203.0.113.7', '203.0.113.255'),
  ...samples('224.0.0.0', '239.255.255.250', '239.255.255.255'),
  ...samples('240.0.0.0', '250.1.2.3', '255.255.255.254'),
  '255.255.255.255',
];

/** Public IPv4 addresses: those next to the special ranges, and those of well-known services. */
export const PUBLIC_V4: readonly string[] = [
  '1.0.0.0',
  '1.1.1.1',
  '8.8.8.8',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '126.255.255.255',
  '128.0.0.0',
  '168.63.129.15',
  '168.63.129.17',
  '169.253.255.255',
  '169.255.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '191.255.255.255',
  '192.0.1.0',
  '192.0.3.0',
  '192.167.255.255',
  '192.169.0.0',
  '198.17.255.255',
  '198.20.0.0',
  '198.51.99.255',
  '198.51.101.0',
  '203.0.112.255',
  '203.0.114.0',
  '223.255.255.255',
];

/** IPv6 forms that contain an IPv4 address, by the name of the form. */
export const CARRIERS: Readonly<Record<string, (v4: string) => string>> = {
  mapped: (v4) => `::ffff:${v4}`,
  'mapped, in hexadecimal': (v4) => `::ffff:${groups(v4)}`,
  'mapped, written out': (v4) => `0000:0000:0000:0000:0000:FFFF:${groups(v4)}`,
  compatible: (v4) => `::${v4}`,
  'compatible, in hexadecimal': (v4) => `::${groups(v4)}`,
  translated: (v4) => `::ffff:0:${groups(v4)}`,
  NAT64: (v4) => `64:ff9b::${v4}`,
  'NAT64, in hexadecimal': (v4) => `64:ff9b::${groups(v4)}`,
  'local NAT64': (v4) => `64:ff9b:1::${groups(v4)}`,
  'local NAT64 of a shorter prefix': (v4) => `64:ff9b:1:${groups(v4)}::`,
  '6to4': (v4) => `2002:${groups(v4)}::1`,
  'Teredo server': (v4) => `2001:0:${groups(v4)}::1`,
  'Teredo client': (v4) => `2001:0:4136:e378:8000:63bf:${groups(inverted(v4))}`,
  'ISATAP, link-local': (v4) => `fe80::5efe:${groups(v4)}`,
};

const bytesOf = (v4: string): number[] => v4.split('.').map(Number);

const groups = (v4: string): string => {
  const hex = bytesOf(v4)
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
  return `${hex.slice(0, 4)}:${hex.slice(4)}`;
};

const inverted = (v4: string): string =>
  bytesOf(v4)
    .map((byte) => 255 - byte)
    .join('.');

/** IPv6 addresses that are not public and do not contain an IPv4 address. */
export const HOSTILE_V6: readonly string[] = [
  '::',
  '::1',
  '0:0:0:0:0:0:0:1',
  '::2',
  '::7f00:1',
  '64:ff9b::',
  '64:ff9b:2::1',
  '100::',
  '100::1',
  '100:0:0:1::1',
  '1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  '2001::',
  '2001:1::1',
  '2001:2::1',
  '2001:3::1',
  '2001:4:112::1',
  '2001:10::1',
  '2001:20::1',
  '2001:30::1',
  '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff',
  '2001:db8::',
  '2001:db8::1',
  '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff',
  '2002::',
  '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  '2620:4f:8000::1',
  '3fff::',
  '3fff::1',
  '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff',
  '4000::',
  '5f00::1',
  '8000::1',
  'fc00::',
  'fd00:ec2::254',
  'fd00:ec2::23',
  'fd20:ce::254',
  'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  'fe00::1',
  'fe80::',
  'fe80::1',
  'fe80::a9fe:a9fe',
  'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  'fec0::1',
  'ff00::',
  'ff02::1',
  'ff05::1:3',
  'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
];

export const PUBLIC_V6: readonly string[] = [
  '2000::1',
  '2001:200::1',
  '2001:4860:4860::8888',
  '2001:db7:ffff:ffff:ffff:ffff:ffff:ffff',
  '2001:db9::',
  '2003::1',
  '2606:4700:4700::1111',
  '2620:4f:8001::1',
  '2a00:1450:4001:80e::200e',
  '3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  '3fff:1000::1',
];

/** Every address above that is not public, in every form. */
export const HOSTILE_ADDRESSES: readonly string[] = [
  ...HOSTILE_V4,
  ...HOSTILE_V6,
  ...Object.values(CARRIERS).flatMap((carry) => HOSTILE_V4.map(carry)),
];

/** Other notations of an IPv4 address that a URL may contain. */
export const NOTATIONS: Readonly<Record<string, (v4: string) => string>> = {
  dotted: (v4) => v4,
  'with a dot at the end': (v4) => `${v4}.`,
  decimal: (v4) => `${wholeOf(v4)}`,
  hexadecimal: (v4) => `0x${wholeOf(v4).toString(16)}`,
  'hexadecimal, in capitals': (v4) => `0X${wholeOf(v4).toString(16).toUpperCase()}`,
  octal: (v4) => `0${wholeOf(v4).toString(8)}`,
  'hexadecimal parts': (v4) => each(v4, (byte) => `0x${byte.toString(16)}`),
  'octal parts': (v4) => each(v4, (byte) => `0${byte.toString(8)}`),
  'octal parts with many zeros': (v4) => each(v4, (byte) => `0000${byte.toString(8)}`),
  'mixed parts': (v4) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytesOf(v4);
    return `0x${a.toString(16)}.${b}.0${c.toString(8)}.${d}`;
  },
  'two parts': (v4) => `${bytesOf(v4)[0]}.${wholeOf(v4) % 2 ** 24}`,
  'two parts, in hexadecimal': (v4) =>
    `${bytesOf(v4)[0]}.0x${(wholeOf(v4) % 2 ** 24).toString(16)}`,
  'three parts': (v4) => `${bytesOf(v4)[0]}.${bytesOf(v4)[1]}.${wholeOf(v4) % 2 ** 16}`,
  'escaped digits': (v4) => v4.replace(/\d/g, (digit) => `%3${digit}`),
  'an escaped dot': (v4) => v4.replaceAll('.', '%2e'),
  'full-width digits': (v4) =>
    v4.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
  'circled digits': (v4) =>
    v4.replace(/[1-9]/g, (digit) => String.fromCodePoint(0x245f + Number(digit))),
  'ideographic dots': (v4) => v4.replaceAll('.', '。'),
  'a soft hyphen within': (v4) => v4.replace('.', '\u00ad.'),
  ...Object.fromEntries(
    Object.entries(CARRIERS).map(([name, carry]) => [name, (v4: string) => `[${carry(v4)}]`]),
  ),
};

const wholeOf = (v4: string): number => bytesOf(v4).reduce((whole, byte) => whole * 256 + byte, 0);

const each = (v4: string, write: (byte: number) => string): string =>
  bytesOf(v4).map(write).join('.');
