import { createHash } from 'node:crypto';
import type { McpRequest, McpResponse, OauthDeps } from '#handlers/mcp/route.ts';
import { AppError } from '#lib/platform/errors.ts';
import { html, type Markup } from '#lib/platform/markup.ts';
import { PAGE_STYLE } from './page-style.ts';

const STYLE_DIGEST = createHash('sha256').update(PAGE_STYLE).digest('base64');

/** A page without scripts that cannot be framed. Its form may only lead to `formTargets`. */
export const pageResponse = (
  status: number,
  {
    title,
    body,
    formTargets = ["'none'"],
  }: { title: string; body: Markup; formTargets?: string[] },
): McpResponse => ({
  status,
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

type Handle = (request: McpRequest, deps: OauthDeps) => Promise<McpResponse>;

/** Shows the error of a request to the person as a page. An error of ours is left to the pipeline. */
export const withErrorPage =
  (handle: Handle): Handle =>
  async (request, deps) => {
    try {
      return await handle(request, deps);
    } catch (error) {
      if (!(error instanceof AppError) || error.kind === 'unavailable') throw error;
      request.log.warn({ code: error.code }, 'sign-in of an assistant refused');
      return errorPage(error);
    }
  };

/** It never leads anywhere: the request may come from a stranger. */
const errorPage = ({ message }: AppError): McpResponse =>
  pageResponse(400, {
    title: 'Not connected',
    body: html`<h1>Not connected</h1>
<p>The assistant could not be connected: ${message}.</p>
<p>Nothing has changed. Close this page, and start again in the assistant.</p>`,
  });
