import { matchesWeakly } from './entity-tags.ts';
import { operation, type PublicDocument, type PublishedContract } from './operation.ts';

/** Everybody may keep it for an hour; after that they ask with its tag. */
const CACHE_CONTROL = 'public, max-age=3600';

/**
 * An operation that answers a document, or 304 to whoever has it. Both answers carry the same headers, because a cache
 * replaces those that it stored by those of the 304.
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
