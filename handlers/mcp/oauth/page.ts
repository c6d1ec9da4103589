import { createHash } from 'node:crypto';
import type { McpResponse } from '#handlers/mcp/route.ts';
import { html, type Markup } from '#lib/platform/markup.ts';
import { PAGE_STYLE } from './page-style.ts';

const STYLE_DIGEST = createHash('sha256').update(PAGE_STYLE).digest('base64');

/** A page without scripts that cannot be framed. Its form may only lead to `formTargets`. */
export const page = ({
  title,
  body,
  formTargets = ["'none'"],
}: {
  title: string;
  body: Markup;
  formTargets?: string[];
}): Required<Pick<McpResponse, 'headers' | 'text'>> => ({
  headers: {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': [
      "default-src 'none'",
      `style-src 'sha256-${STYLE_DIGEST}'`,
      `form-action ${formTargets.join(' ')}`,
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    // Without a referrer, browsers send the form with `Origin: null`.
    'Referrer-Policy': 'same-origin',
  },
  text: html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${{ markup: PAGE_STYLE }}</style>
</head>
<body><main>${body}</main></body>
</html>
`.markup,
});
