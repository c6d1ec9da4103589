import type { PublishedContract } from '#handlers/web-api/operation.ts';
import { openApiDocument } from './document.ts';
import { PAGE_POLICY, pageOf } from './page/page.ts';

/** The contract as the API gives it away: for programs and for people. */
export const publishContract = async (): Promise<PublishedContract> => {
  const document = await openApiDocument();
  return { json: JSON.stringify(document), page: pageOf(document), pagePolicy: PAGE_POLICY };
};
