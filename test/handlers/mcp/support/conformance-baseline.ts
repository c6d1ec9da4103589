/** What the conformance suite reports as failed, and why it does not apply to this server. */
export interface ExpectedFailures {
  scenarios: readonly string[];
  /** Default: every check of the scenarios. */
  checks?: readonly string[];
  because: string;
}

const FIXTURES = 'the scenario calls a tool that only the server of the suite has';
const NO_RESOURCES = 'the server has no resources';
const NO_PROMPTS = 'the server has no prompts';
const NO_QUESTIONS = 'the server asks its client nothing: people decide at the dashboard';

/** The failures of each revision, by scenario. A test fails when one of them passes, or when another one fails. */
export const BASELINE: Readonly<Record<string, readonly ExpectedFailures[]>> = {
  '2026-07-28': [
    {
      scenarios: ['server-stateless'],
      checks: [
        'sep-2575-server-rejects-undeclared-capability',
        'sep-2575-missing-capability-http-400',
        'sep-2575-http-server-no-independent-requests-on-stream',
        'sep-2575-server-no-log-without-loglevel',
      ],
      because: FIXTURES,
    },
    {
      scenarios: ['server-stateless'],
      checks: ['sep-2575-server-sends-subscription-ack', 'sep-2575-server-tags-subscription-id'],
      because: 'a subscription would keep a function waiting until its timeout, so there is none',
    },
    {
      scenarios: ['caching'],
      checks: [
        'sep-2549-prompts-list-caching-hints',
        'sep-2549-resources-list-caching-hints',
        'sep-2549-resources-templates-list-caching-hints',
      ],
      because: 'the server has neither prompts nor resources; its tools and its description pass',
    },
    {
      scenarios: ['completion-complete'],
      because: 'there is nothing to complete without prompts and resources',
    },
    {
      scenarios: [
        'tools-call-simple-text',
        'tools-call-image',
        'tools-call-audio',
        'tools-call-embedded-resource',
        'tools-call-mixed-content',
        'tools-call-error',
        'tools-call-with-progress',
        'json-schema-2020-12',
        'http-custom-header-server-validation',
      ],
      because: FIXTURES,
    },
    {
      scenarios: [
        'resources-list',
        'resources-read-text',
        'resources-read-binary',
        'resources-templates-read',
      ],
      because: NO_RESOURCES,
    },
    {
      scenarios: [
        'prompts-list',
        'prompts-get-simple',
        'prompts-get-with-args',
        'prompts-get-embedded-resource',
        'prompts-get-with-image',
      ],
      because: NO_PROMPTS,
    },
    {
      scenarios: [
        'input-required-result-basic-elicitation',
        'input-required-result-basic-sampling',
        'input-required-result-basic-list-roots',
        'input-required-result-request-state',
        'input-required-result-multiple-input-requests',
        'input-required-result-multi-round',
        'input-required-result-non-tool-request',
        'input-required-result-result-type',
        'input-required-result-tampered-state',
        'input-required-result-capability-check',
      ],
      because: NO_QUESTIONS,
    },
    {
      scenarios: [
        'tasks-lifecycle',
        'tasks-capability-negotiation',
        'tasks-wire-fields',
        'tasks-request-state-removal',
        'tasks-mrtr-input',
        'tasks-request-headers',
        'tasks-dispatch-and-envelope',
        'tasks-required-task-error',
        'tasks-mrtr-composition',
      ],
      because: 'tasks are an optional extension; a message is followed with the tool get_run',
    },
    {
      scenarios: ['http-header-validation'],
      checks: ['sep-2243-server-accepts-whitespace-header-value'],
      because:
        'the scenario calls the first tool without arguments, and that tool requires some; the header itself is accepted',
    },
  ],
  '2025-11-25': [
    { scenarios: ['logging-set-level'], because: 'the server sends no log messages to its client' },
    {
      scenarios: ['completion-complete'],
      because: 'there is nothing to complete without prompts and resources',
    },
    {
      scenarios: [
        'tools-call-simple-text',
        'tools-call-image',
        'tools-call-audio',
        'tools-call-embedded-resource',
        'tools-call-mixed-content',
        'tools-call-with-logging',
        'tools-call-error',
        'tools-call-with-progress',
        'json-schema-2020-12',
      ],
      because: FIXTURES,
    },
    {
      scenarios: [
        'tools-call-sampling',
        'tools-call-elicitation',
        'elicitation-sep1034-defaults',
        'elicitation-sep1330-enums',
      ],
      because: NO_QUESTIONS,
    },
    {
      scenarios: [
        'resources-list',
        'resources-read-text',
        'resources-read-binary',
        'resources-templates-read',
        'resources-subscribe',
        'resources-unsubscribe',
      ],
      because: NO_RESOURCES,
    },
    {
      scenarios: [
        'prompts-list',
        'prompts-get-simple',
        'prompts-get-with-args',
        'prompts-get-embedded-resource',
        'prompts-get-with-image',
      ],
      because: NO_PROMPTS,
    },
  ],
};
