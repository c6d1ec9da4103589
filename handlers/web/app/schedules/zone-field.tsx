import { useId, useMemo } from 'preact/hooks';
import { timeOfDay, viewerZone } from '#handlers/web/app/format/time.ts';
import { isKnownZone, zoneNames } from '#handlers/web/app/format/zone.ts';
import { Field } from '#handlers/web/app/parts/field.tsx';
import { nowMs } from '#handlers/web/app/state/now.ts';

export interface ZoneFieldProps {
  value: string;
  onChange: (zone: string) => void;
  onBlur: () => void;
  error: string | undefined;
}

/** A field for a time zone. Typing a part of a name shows the zones that contain it. */
export const ZoneField = ({ value, onChange, onBlur, error }: ZoneFieldProps) => {
  const listId = useId();
  const names = useMemo(zoneNames, []);
  return (
    <Field label="Time zone" isRequired error={error} help={<ZoneHelp zone={value} />}>
      {(control) => (
        <>
          <input
            {...control}
            type="text"
            list={listId}
            value={value}
            placeholder="Type a city"
            autocomplete="off"
            spellcheck={false}
            onInput={(event) => onChange(event.currentTarget.value)}
            onFocus={(event) => event.currentTarget.select()}
            onBlur={onBlur}
          />
          <datalist id={listId}>
            {names.map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
};

const ZoneHelp = ({ zone }: { zone: string }) => {
  if (!isKnownZone(zone)) return <>A name of the IANA database, such as Europe/Berlin.</>;
  if (zone === viewerZone()) return <>Your own time zone.</>;
  return (
    <>
      It is {timeOfDay(nowMs.value, zone)} there, and {timeOfDay(nowMs.value)} where you are.
    </>
  );
};
