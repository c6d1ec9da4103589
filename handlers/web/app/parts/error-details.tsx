import { isApiError } from '#handlers/web/app/api/api-error.ts';

/** The problems of the properties of a request that the API refused. */
export const ErrorDetails = ({ error }: { error: unknown }) =>
  isApiError(error) && error.details.length > 0 ? (
    <ul>
      {error.details.map(({ path, problem }) => (
        <li key={`${path} ${problem}`}>{`${path} ${problem}`}</li>
      ))}
    </ul>
  ) : null;
