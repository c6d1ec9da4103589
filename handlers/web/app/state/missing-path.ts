const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];

/** The path at which this document was loaded with status 404: the server has no page there. */
export const missingPath: string | undefined =
  navigation?.responseStatus === 404 ? location.pathname : undefined;
