import { matchesWeakly } from '#lib/platform/entity-tags.ts';
import { operation, type PublicDocument, type PublishedContract } from './operation.ts';

/** A cache can keep a document for an hour. Then it revalidates the document with its ETag. */
const CACHE_CONTROL = 'public, max-age=3600';

/**
 * An operation that returns a document, or 304 if the caller has it. Both responses have the same headers, because a cache
 * replaces its stored headers with those of the 304.
 */
const documentOperation = (of: (contract: PublishedContract) => PublicDocument) =>
  operation({}, async ({ ifNoneMatch }, { contract }) => {
    const { text, etag, headers: own } = of(await contract());
    const headers = { ...own, ETag: etag, 'Cache-Control': CACHE_CONTROL };
    const isKnown = ifNoneMatch !== undefined && matchesWeakly(ifNoneMatch, etag);
    return isKnown ? { status: 304, headers } : { status: 200, text, headers };
  });

/** The contract as JSON. */
export const getOpenApi = documentOperation(({ json }) => json);

/** The contract as a page. */
export const getDocs = documentOperation(({ page }) => page);
