import {
  errorText,
  isApiError,
  isUnreachable,
  type ProblemDetail,
} from '#handlers/web/app/api/api-error.ts';
import { Notice } from '#handlers/web/app/parts/notice.tsx';
import { Correlation } from '#handlers/web/app/parts/resource-view.tsx';

export interface SendProblemProps {
  error: unknown;
  /** The problems that no field shows. */
  details: readonly ProblemDetail[];
}

/** Why a form was not sent, and what to do. */
export const SendProblem = ({ error, details }: SendProblemProps) => {
  if (error === undefined) return null;
  if (isUnclear(error)) {
    return (
      <Notice tone="warn" title="It is not known whether this arrived.">
        <p>{errorText(error)}</p>
        <p>Send it again: if it arrived, nothing is created twice.</p>
        <Correlation error={error} />
      </Notice>
    );
  }
  const code = isApiError(error) ? error.code : undefined;
  return (
    <Notice tone="bad" title="Nothing was created.">
      <p>
        <bdi>{errorText(error)}</bdi> {code !== undefined && <code>{code}</code>}
      </p>
      {details.length > 0 && (
        <ul>
          {details.map(({ path, problem }) => (
            <li key={`${path} ${problem}`}>
              {path !== '' && <code>{path}</code>} <bdi>{problem}</bdi>
            </li>
          ))}
        </ul>
      )}
      {code !== 'VALIDATION_ERROR' && <Correlation error={error} />}
    </Notice>
  );
};

/** Whether the request may have created something: there is no answer, or the answer says nothing about it. */
const isUnclear = (error: unknown): boolean =>
  isUnreachable(error) ||
  (isApiError(error) &&
    (error.status === 500 || error.code === 'MALFORMED_RESPONSE' || error.status === 409));
