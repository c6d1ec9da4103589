import { otherZoneDate, zonePlace } from '#handlers/web/app/format/zone.ts';

export interface ZonedTimeProps {
  /** ISO 8601. */
  at: string;
  /** The other zone. */
  zone: string;
}

/** A date in another zone with the name of the zone. Nothing while the viewer's clocks show the same. */
export const ZonedTime = ({ at, zone }: ZonedTimeProps) => {
  const text = otherZoneDate(Date.parse(at), zone);
  return text === undefined ? null : (
    <span class="zoned-time muted">
      ({text} in <bdi title={zone}>{zonePlace(zone)}</bdi>)
    </span>
  );
};
