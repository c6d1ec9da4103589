import { matchesWeakly } from './entity-tags.ts';
import { operation, type PublicDocument, type PublishedContract } from './operation.ts';

/** Every cache may keep a document for an hour. After that it asks with the tag. */
const CACHE_CONTROL = 'public, max-age=3600';

/**
 * An operation that answers a document, or 304 when the caller has it. Both answers have the same headers, because a
 * cache replaces the stored headers by those of the 304.
 */
const documentOperation = (of: (contract: PublishedContract) => PublicDocument) =>
  operation({}, async ({ ifNoneMatch }, { contract }) => {
    const { text, etag, headers: own } = of(await contract());
    const headers = { ...own, ETag: etag, 'Cache-Control': CACHE_CONTROL };
    const isKnown = ifNoneMatch !== undefined && matchesWeakly(ifNoneMatch, etag);
    return isKnown ? { status: 304, headers } : { status: 200, text, headers };
  });

/** The contract, for programs. */
export const getOpenApi = documentOperation(({ json }) => json);

/** The contract, for people. */
export const getDocs = documentOperation(({ page }) => page);
