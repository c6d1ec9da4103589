import { log } from '#lib/platform/log.ts';
import { correlation } from './correlation.ts';

/** Every run has an id; see `correlation.ts`. */
export const { correlationId, adoptCorrelation } = correlation(log);
