import type { ErrorCode } from '#lib/platform/errors.ts';

/** What the error code of a message means, and what a person can do. */
export interface ErrorMeaning {
  meaning: string;
  toDo: string;
}

const WAITS = 'Nothing: the message is processed again.';
const CORRECT = 'Correct the input and send it again.';
const ASK_AGAIN = 'Nothing. A redrive asks again.';
const REPORT = 'This is a bug in the platform. Report it.';

/** As the table of codes in `docs/architecture/message-schemas.md`. */
const MEANINGS: Readonly<Record<string, ErrorMeaning>> = {
  EXPIRED: {
    meaning: 'The time until which it was valid passed before the work was done.',
    toDo: 'Nothing. Redrive it if it still matters.',
  },
  ATTEMPTS_EXHAUSTED: {
    meaning: 'Eight runs crashed, threw an error or were too slow.',
    toDo: 'Find the bug in the logs by the id of the message, fix it, then redrive.',
  },
  HOPS_EXCEEDED: {
    meaning: 'More than 24 messages created one another in a chain.',
    toDo: 'Fix the job that creates them.',
  },
  UNSUPPORTED_VERSION: {
    meaning: 'A newer version of the platform wrote the message; it waits for the deployment.',
    toDo: 'Nothing. If it stays, deploy.',
  },
  INVALID_PAYLOAD: { meaning: 'The input is not valid for this type or job.', toDo: CORRECT },
  VALIDATION_ERROR: { meaning: 'The input is not valid.', toDo: CORRECT },
  UNKNOWN_OPERATION: {
    meaning: 'There is no job with this name.',
    toDo: 'Correct the argument “operation”, or register the job.',
  },
  UNKNOWN_ACTION: {
    meaning: 'There is no action or operation with this name.',
    toDo: 'Correct “action” or “operation” and send it again.',
  },
  UNKNOWN_ENDPOINT: {
    meaning: 'There is no parameter endpoints/<name>.',
    toDo: 'Correct the name, or write the parameter.',
  },
  CIRCUIT_OPEN: {
    meaning: 'The service fails or refuses requests, so its circuit breaker is open.',
    toDo: 'Nothing, if the service recovers. The page System shows the reason and the next trial.',
  },
  FEATURE_DISABLED: {
    meaning: 'A flag is off.',
    toDo: 'Switch the flag on when the message should continue.',
  },
  CONFIG_UNAVAILABLE: {
    meaning: 'A parameter cannot be read or is not valid.',
    toDo: 'Correct the parameter. The page System shows the command.',
  },
  INTERNAL: {
    meaning: 'A bug in the platform or in the job; the message waits with a strike.',
    toDo: 'Find the error line in the logs by the id of the message.',
  },
  DEADLINE: {
    meaning: 'The work did not end in time; the message waits with a strike.',
    toDo: 'Find out what was slow.',
  },
  STORE_UNAVAILABLE: { meaning: 'DynamoDB could not be reached.', toDo: WAITS },
  BLOCKED_BY_PROVIDER: {
    meaning: 'The service sent a challenge for browsers. The platform does not solve it.',
    toDo: 'Use the page that the error names. The circuit breaker tries again after an hour.',
  },
  REFUSED_BY_PROVIDER: { meaning: 'The service says that the request is wrong.', toDo: CORRECT },
  CREDENTIALS_REFUSED: {
    meaning: 'The service refused the credentials.',
    toDo: 'Write the right secret with “make secret”.',
  },
  APPROVAL_PENDING: {
    meaning: 'The action cannot be undone, and waits until a person approves it.',
    toDo: 'Approve or deny it on the page Approvals.',
  },
  APPROVAL_DENIED: { meaning: 'A person denied the action.', toDo: ASK_AGAIN },
  APPROVAL_EXPIRED: { meaning: 'Nobody decided about the action in time.', toDo: ASK_AGAIN },
  EFFECT_IN_PROGRESS: {
    meaning: 'Another message is carrying out the same effect, or its outcome is not known yet.',
    toDo: 'Nothing: the message is processed again when the outcome is known.',
  },
  EFFECT_EXISTS: {
    meaning: 'Another effect stands in the way, such as a booking on the same day.',
    toDo: 'Look at that effect. Cancel it, or resolve it as reversed if it no longer stands.',
  },
  EFFECT_REJECTED: {
    meaning: 'The action was not carried out.',
    toDo: 'Nothing was changed at the service. Redrive it if it should be tried again.',
  },
  EFFECT_UNKNOWN: {
    meaning: 'The call was sent, and the service does not say whether it carried it out.',
    toDo: 'While it waits, nothing. Once it has failed, look at the page of the service, then resolve the effect.',
  },
  PRICE_ABOVE_LIMIT: {
    meaning: 'The price is higher than the limit of the action. Nothing was bought.',
    toDo: 'Send it again with a higher limit, if you accept the price.',
  },
  QUOTA_EXCEEDED: {
    meaning: 'The number of such actions in this day or week is at its limit.',
    toDo: 'Cancel another one, or raise the limit in the parameter “policy”, then redrive.',
  },
  NOT_CARRIED_OUT: {
    meaning: 'The call was sent, and the service did not carry it out.',
    toDo: 'Redrive it if it should be tried again.',
  },
  UNREADABLE_RESPONSE: {
    meaning: 'The response of the service is not what its protocol promises.',
    toDo: `${WAITS} If it stays, the service has changed.`,
  },
  KEYS_UNAVAILABLE: { meaning: 'The keys of the service could not be fetched.', toDo: WAITS },
  HTTP_TIMEOUT: { meaning: 'The service did not respond in time.', toDo: WAITS },
  HTTP_CONNECTION: { meaning: 'The connection to the service failed.', toDo: WAITS },
  HTTP_429: { meaning: 'The service limits the number of requests.', toDo: WAITS },
  HTTP_5XX: { meaning: 'The service failed.', toDo: WAITS },
  HTTP_DEADLINE: {
    meaning: 'The time of the run was over before the service responded.',
    toDo: WAITS,
  },
  NTFY_EMPTY: { meaning: 'The push has no visible text.', toDo: CORRECT },
  NTFY_UNREADABLE: {
    meaning: 'The response is not a receipt of ntfy. Another server may have sent it.',
    toDo: 'Check the parameter “ntfy-url”.',
  },
  ADDRESS_NOT_PUBLIC: {
    meaning: 'The host name of the service leads to an address that is not public.',
    toDo: 'Correct the parameter with the address.',
  },
  ORIGIN_NOT_ALLOWED: { meaning: 'The origin of the request is not allowed.', toDo: REPORT },
  REQUEST_MALFORMED: { meaning: 'The request is malformed and was not sent.', toDo: REPORT },
  RESPONSE_TOO_LARGE: {
    meaning: 'The response of the service is larger than the limit.',
    toDo: 'Check the service.',
  },
  SCHEDULE_NOT_FOUND: { meaning: 'There is no such schedule.', toDo: 'Correct its name or id.' },
  NAME_TAKEN: { meaning: 'Another schedule has this name.', toDo: 'Choose another name.' },
  TOO_MANY_SCHEDULES: {
    meaning: 'The number of active schedules is at the limit.',
    toDo: 'Pause or delete a schedule, then redrive.',
  },
  TOO_MANY_CHANGES: {
    meaning: 'The times of the schedule changed too often within five minutes.',
    toDo: 'Wait for five minutes, then redrive.',
  },
  SCHEDULE_CHANGED: {
    meaning: 'The schedule was changed by somebody else at the same time.',
    toDo: 'Look at the schedule, then redrive if the change is still wanted.',
  },
  SCHEDULE_COMPLETED: {
    meaning: 'A completed schedule can be neither paused nor resumed.',
    toDo: 'Create a new schedule.',
  },
  SCHEDULE_REFUSED: {
    meaning: 'EventBridge refuses this schedule permanently.',
    toDo: 'Correct the expression or the zone of the schedule.',
  },
  SCHEDULER_UNAVAILABLE: { meaning: 'EventBridge could not be reached.', toDo: WAITS },
} satisfies Partial<Record<ErrorCode, ErrorMeaning>>;

/** Codes of ntfy contain its own code, such as `NTFY_42901`, which begins with a status of HTTP. */
const NTFY_MEANINGS: readonly [prefix: RegExp, meaning: ErrorMeaning][] = [
  [
    /^NTFY_40[13]/,
    {
      meaning: 'ntfy refused the address or the token.',
      toDo: 'Correct the parameter “ntfy-url” or the token.',
    },
  ],
  [/^NTFY_4(13|00|04)/, { meaning: 'ntfy refused the push.', toDo: CORRECT }],
  [/^NTFY_(429|5)/, { meaning: 'ntfy limits the number of pushes, or fails.', toDo: WAITS }],
  [/^NTFY_/, { meaning: 'ntfy refused the push.', toDo: 'Look at the reason above.' }],
];

const UNKNOWN: ErrorMeaning = {
  meaning: 'The work reported an error that this page does not know.',
  toDo: 'Read the reason above, and look in the logs for the id of the message.',
};

/** The meaning of an error code. Every code has one: an unknown code gets a general sentence. */
export const errorMeaning = (code: string): ErrorMeaning =>
  (Object.hasOwn(MEANINGS, code) ? MEANINGS[code] : undefined) ??
  NTFY_MEANINGS.find(([prefix]) => prefix.test(code))?.[1] ??
  UNKNOWN;

/** Whether the code has its own sentences. */
export const isKnownCode = (code: string): boolean => errorMeaning(code) !== UNKNOWN;
