export interface LeftOut {
  /** The import as it is written. */
  module: RegExp;
  /** The files whose import it is. */
  importer: RegExp;
  /** Names it exports; none for a CommonJS module that is one function. */
  exports: readonly string[];
  /** What stands in its place when refusing is not enough: source of a CommonJS module. */
  instead?: string;
}

/**
 * What packages drag along and none of our paths enters. It may be constructed, for that happens while clients load;
 * calling it, or touching anything of what was constructed, throws an error that names it. Sizes are minified.
 */
export const LEFT_OUT: readonly LeftOut[] = [
  // Worker thread transports of pino; our logger writes to a stream of its own. 14 KB.
  { module: /^\.\/(lib\/)?transport$/, importer: /[\\/]pino[\\/]/, exports: [] },
  // pino's default destination, unused for the same reason. 9 KB.
  { module: /^sonic-boom$/, importer: /[\\/]pino[\\/]/, exports: [] },
  // How pino writes a field that JSON.stringify cannot, such as one that holds itself: it says so in its place, as pino
  // does when this fails. 7 KB.
  {
    module: /^safe-stable-stringify$/,
    importer: /[\\/]pino[\\/]/,
    exports: [],
    instead: `exports.configure = () => () => { throw new Error('left out'); };`,
  },
  // What pino makes of errors, requests and answers: our logger has a serializer of its own, and logs no others. 4 KB.
  { module: /^pino-std-serializers$/, importer: /[\\/]pino[\\/]/, exports: [] },
  // Flushing of that destination at exit. 1 KB.
  { module: /^on-exit-leak-free$/, importer: /[\\/]pino[\\/]/, exports: [] },
  // pino's fan-out to several streams. 2 KB.
  { module: /^\.\/(lib\/)?multistream$/, importer: /[\\/]pino[\\/]/, exports: [] },
  // Signing of event streams. 2 KB.
  {
    module: /^\.\/HeaderFormatter$/,
    importer: /[\\/]@smithy[\\/]signature-v4[\\/].*SignatureV4\.js$/,
    exports: ['HeaderFormatter'],
  },
  // Streams of a browser. 2 KB.
  {
    module: /^\.\/sdk-stream-mixin\.browser$/,
    importer: /[\\/]sdk-stream-mixin\.js$/,
    exports: ['sdkStreamMixin'],
  },
  // Asking the instance for its region, which only the defaults mode `auto` does. 1 KB.
  {
    module: /[\\/]getInstanceMetadataRegion$/,
    importer: /[\\/]@smithy[\\/]core[\\/]/,
    exports: ['getInstanceMetadataRegion'],
  },
  // Endpoint discovery, which DynamoDB does only when told to. 7 KB.
  {
    module: /^@aws-sdk\/endpoint-cache$/,
    importer: /[\\/]middleware-endpoint-discovery[\\/]/,
    exports: ['EndpointCache'],
  },
  // SHA-256 in JavaScript, for a Node without crypto. 3 KB.
  { module: /^\.\/Sha256Js$/, importer: /[\\/]Sha256Node\.js$/, exports: ['Sha256Js'] },
  // Rate limiting of the retry mode `adaptive`; ours is `standard`. 2 KB.
  {
    module: /^\.\/DefaultRateLimiter$/,
    importer: /[\\/]AdaptiveRetryStrategy\.js$/,
    exports: ['DefaultRateLimiter'],
  },
  // A kind of attribute that no entity of ours has, and that a bundler keeps for its computed keys. 3 KB.
  {
    module: /^\.\/schema\.js$/,
    importer: /[\\/]dynamodb-toolbox[\\/].*[\\/]anyOf[\\/]\w+\.js$/,
    exports: ['AnyOfSchema'],
  },
  // Kinds of attributes that no entity of ours has (lists and objects are `any`), in parsing, formatting and updating. 13 KB.
  {
    module: /^\.\/(anyOf|list|map|record|set|tuple)\.js$/,
    importer:
      /[\\/]dynamodb-toolbox[\\/].*[\\/]((parse|format)[\\/]schema|extension[\\/]attribute)\.js$/,
    exports: ['anyOf', 'list', 'map', 'record', 'set', 'tuple'].flatMap((kind) => [
      `${kind}SchemaParser`,
      `${kind}SchemaFormatter`,
      `parse${kind.replace(/^./, (letter) => letter.toUpperCase())}Extension`,
    ]),
  },
];

/** What the SDK imports only while it runs: what browser this is, 34 KB; event streams, which no operation of ours has, 19 KB. */
export const LEFT_OUT_LATER: ReadonlySet<string> = new Set([
  'bowser',
  '@smithy/core/event-streams',
]);

/** What something left out says when it is entered, as source. */
export const refusal = (path: string): string =>
  JSON.stringify(`${path} is left out of the bundle: scripts/build/left-out.ts`);

/** Source of the module that stands for one left out. */
export const standIn = (path: string, { exports, instead }: LeftOut): string => {
  if (instead !== undefined) return instead;
  const head = `const refuse = () => { throw new Error(${refusal(path)}); };
const constructed = { get: refuse, set: refuse };
const absent = new Proxy(function () {}, { apply: refuse, construct: () => new Proxy({}, constructed) });`;
  return exports.length === 0
    ? `${head}\nmodule.exports = absent;`
    : `${head}\nexport { ${exports.map((name) => `absent as ${name}`).join(', ')} };`;
};
