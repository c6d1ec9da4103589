import { createHash } from 'node:crypto';
import type { PublicDocument, PublishedContract } from '#handlers/web-api/operation.ts';
import { openApiDocument } from './document.ts';
import { PAGE_POLICY, pageOf } from './page/page.ts';

/** The contract as the API publishes it: for programs and for people. */
export const publishContract = async (): Promise<PublishedContract> => {
  const document = await openApiDocument();
  return {
    json: published(JSON.stringify(document), { 'Content-Type': 'application/json' }),
    page: published(pageOf(document), {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': PAGE_POLICY,
    }),
  };
};

const published = (text: string, headers: PublicDocument['headers']): PublicDocument => ({
  text,
  etag: `"${createHash('sha256').update(text).digest('base64url')}"`,
  headers,
});
