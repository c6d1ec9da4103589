import type { ServiceRequest } from '#scripts/local/service/service-request.ts';
import { golfRefusalError, opaqueRefusalError } from './golf-refusal.ts';
import type { SiteCourse } from './site-course.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const KEPT_IDS = 10_000;

/** Checks the headers that every request to the API carries, apart from the token and the offset. */
export const headerCheck = (course: SiteCourse) => {
  const expected = {
    'client-id': course.clientId,
    'x-componentid': '1',
    'x-websiteid': course.websiteId,
    'x-siteid': `${course.siteId}`,
    'x-terminalid': `${course.terminalId}`,
    'x-moduleid': '7',
    'x-productid': '1',
    'x-timezoneid': course.zone,
  };
  const seen = new Set<string>();

  /** @throws GolfRefusal 400 */
  return ({ headers }: ServiceRequest): void => {
    if (headers['x-terminalid'] === undefined) {
      const text = "Value cannot be null. (Parameter 's')";
      throw golfRefusalError(400, text, 'x-terminalid is missing');
    }
    for (const [name, value] of Object.entries(expected)) {
      if (headers[name] !== value) throw opaqueRefusalError(`${name} must be ${value}`);
    }
    if (headers.origin === undefined) throw opaqueRefusalError('origin is missing');
    const id = headers['x-requestid'] ?? '';
    if (!UUID.test(id)) throw opaqueRefusalError('x-requestid must be a UUID');
    if (seen.has(id)) throw opaqueRefusalError('x-requestid was used before');
    seen.add(id);
    const [oldest] = seen;
    if (seen.size > KEPT_IDS && oldest !== undefined) seen.delete(oldest);
  };
};
