import { describe, expect, it } from 'vitest';
import { webAddress } from '#handlers/web/app/format/web-address.ts';

describe('webAddress', () => {
  it('accepts http and https', () => {
    expect(webAddress('https://birdsfoot.cps.golf/onlineresweb/')).toBe(
      'https://birdsfoot.cps.golf/onlineresweb/',
    );
    expect(webAddress('HTTP://localhost:1/')).toBe('HTTP://localhost:1/');
  });

  it.each([
    undefined,
    '',
    'javascript:alert(1)',
    ' https://example.org',
    'java\tscript:alert(1)',
    '//example.org',
    'https:example.org',
    'data:text/html,https://x',
    'javascript:https://example.org',
    'https://',
    'mailto:a@example.org',
  ])('refuses %j', (text) => {
    expect(webAddress(text)).toBeUndefined();
  });
});
