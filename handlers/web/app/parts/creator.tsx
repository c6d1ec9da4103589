import { creatorText } from '#handlers/web/app/format/creator-text.ts';
import { session } from '#handlers/web/app/session/session.ts';

/** Who created something. The complete name appears on hover. */
export const Creator = ({ name }: { name: string }) => {
  const viewer = session.value.state === 'signed-in' ? session.value.me.username : undefined;
  const text = creatorText(name, viewer);
  return <bdi title={text === name ? undefined : name}>{text}</bdi>;
};
