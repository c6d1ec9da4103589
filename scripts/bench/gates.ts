/** The most that each figure may be. The gates of `agent` are for a later function. */
export const GATES = {
  /** From the start of the process until the handler is ready, as a multiple of an empty handler. */
  coldStart: {
    processor: 2.8,
    notification: 2.8,
    scheduler: 2.8,
    'web-action': 2.8,
    'web-api': 2.4,
    web: 1.3,
    authorizer: 1.1,
    mcp: 4,
    agent: 4,
  },
  /** The entry, with its static imports. KB. */
  bundle: {
    authorizer: { minified: 25, gzipped: 10 },
    processor: { minified: 380, gzipped: 120 },
    notification: { minified: 380, gzipped: 120 },
    scheduler: { minified: 380, gzipped: 120 },
    'web-action': { minified: 380, gzipped: 120 },
    'web-api': { minified: 300, gzipped: 95 },
    web: { minified: 60, gzipped: 20 },
    mcp: { minified: 700, gzipped: 190 },
    agent: { minified: 800, gzipped: 220 },
  },
  /** The JavaScript of the dashboard, compressed with gzip: what the first page loads, and all pages. KB. */
  dashboard: { firstPage: 45, allPages: 80 },
  /** Modules of Node that are loaded but not needed. Count. `mcp` and `agent` may load them. */
  unneededModules: 0,
  /** INIT and first invocation at 512 MB, as a multiple of esbuild's defaults without warm-up. */
  initAndFirst: { processor: 0.55, 'web-api': 0.35 },
  /** First invocation after INIT, as a multiple of a steady one. */
  firstAfterInit: 4,
  /** Time of the HTTP pipeline, as a multiple of the same pipeline on each peer. */
  httpPipeline: { powertools: 0.4, hono: 0.35, 'serverless-express': 0.25 },
  /** A batch of ten that waits for I/O, as a multiple of one message. */
  batchOfTen: 1.15,
  /** Verification of a JWT: a new and a known token against jose alone, a forged token against a good one. */
  verification: { newToken: 1.3, knownToken: 0.05, forgedToken: 1.5 },
  /** Interactions of the dashboard, with the CPU slowed by four. Milliseconds. */
  interaction: { filter: 50, openRun: 200 },
  /** A month of the whole platform. US dollars. */
  dollars: { load: 2.2, tenfoldLoad: 12 },
} as const;

/** Functions whose SDKs need the modules that every other function must not load. */
export const MAY_LOAD_UNNEEDED: readonly string[] = ['mcp', 'agent'];

/** The gate of a function, if its name has one in this table. */
export const gateOf = <Gate>(
  table: Readonly<Record<string, Gate>>,
  name: string,
): Gate | undefined => table[name];
