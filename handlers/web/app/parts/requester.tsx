import { requesterText } from '#handlers/web/app/format/requester-text.ts';
import { Creator } from './creator.tsx';

/** Who began a run: a person, a schedule or an assistant. */
export const Requester = ({ name }: { name: string }) => {
  const text = requesterText(name);
  return text === undefined ? <Creator name={name} /> : <bdi>{text}</bdi>;
};
