import * as z from 'zod/mini';
import type { Service } from '#lib/http/service.ts';
import { zoneOf } from '#lib/platform/zone.ts';
import type { ActionConfiguration } from './action.ts';
import { readParameter, ServiceOrigin, serviceOf } from './services.ts';

const id = z.string().check(z.regex(/^[\w-]{1,64}$/, 'must be an id'));

/** The name of a golf course. */
export const CourseName = z
  .string()
  .check(z.regex(/^[a-z][a-z0-9-]{0,30}$/, 'must be the name of a course, such as birdsfoot'));

/** A golf course with a CPS reservation site. */
export const CourseSchema = z.strictObject({
  /** Its service is `cps-<name>`. */
  name: CourseName,
  title: z.string().check(z.minLength(1), z.maxLength(100)),
  /** The reservation site. */
  origin: ServiceOrigin,
  /** The page on which a person books. */
  link: z.url({ protocol: /^https?$/ }),
  /** IANA name. All local times of the course are in this zone. */
  zone: z.string().check(z.refine(isZone, 'must be an IANA time zone')),
  latitude: z.number().check(z.minimum(-90), z.maximum(90)),
  longitude: z.number().check(z.minimum(-180), z.maximum(180)),
  /** `classic`: one transaction id and bare answers. `registered`: registered ids and wrapped answers. */
  generation: z.enum(['classic', 'registered']),
  course_id: z.int().check(z.positive()),
  website_id: id,
  site_id: id,
  terminal_id: id,
  client_id: id,
  /** The scope of the token. */
  scope: z.string().check(z.regex(/^[\w.-]{1,64}( [\w.-]{1,64}){0,30}$/, 'must be scopes')),
  /** The last day that can be booked. Days after today at the course. */
  days_ahead: z.int().check(z.minimum(0), z.maximum(365)),
  /** The reason that a cancellation states, as the site numbers it. */
  cancel_reason_id: z._default(z.int().check(z.minimum(0)), 1),
  /** `read_only`: nothing is booked or cancelled. */
  automation: z.enum(['allowed', 'read_only']),
});
export type Course = z.output<typeof CourseSchema>;

/** The parameter `courses`: courses that are added, or replace those of the same name. */
export const Courses = z.array(CourseSchema).check(
  z.maxLength(50),
  z.refine(
    (courses) => new Set(courses.map(({ name }) => name)).size === courses.length,
    'must not contain two courses with the same name',
  ),
);

const CPS = {
  zone: 'America/New_York',
  generation: 'classic',
  site_id: '3',
  terminal_id: '7',
  client_id: 'onlineresweb',
  scope: 'openid profile onlinereservation sale inventory sh customer email recommend references',
  days_ahead: 7,
  cancel_reason_id: 1,
  automation: 'allowed',
} as const;

/** The courses that the platform knows without configuration. The coordinates are good for a forecast. */
const KNOWN_COURSES: readonly Course[] = [
  {
    ...CPS,
    name: 'birdsfoot',
    title: 'Birdsfoot',
    origin: 'https://birdsfoot.cps.golf',
    link: 'https://birdsfoot.cps.golf',
    latitude: 40.75,
    longitude: -79.65,
    course_id: 1,
    website_id: '94fa26b7-2e63-4cbc-99e5-08d7d7f41522',
  },
  {
    ...CPS,
    name: 'totteridge',
    title: 'Totteridge',
    origin: 'https://totteridge.cps.golf',
    link: 'https://totteridge.cps.golf',
    latitude: 40.33,
    longitude: -79.47,
    course_id: 2,
    website_id: '17691e46-9c9b-4e67-982f-08d7d8050db9',
  },
];

/**
 * The known courses with those of the parameter `courses`.
 * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` when the parameter does not parse
 */
export const coursesOf = ({
  parameters,
}: Pick<ActionConfiguration, 'parameters'>): readonly Course[] => {
  const own = readParameter('courses', parameters.courses, Courses) ?? [];
  const isReplaced = ({ name }: Course) => own.some((course) => course.name === name);
  return [...KNOWN_COURSES.filter((course) => !isReplaced(course)), ...own];
};

/** The service of a course: its reservation site. */
export const serviceOfCourse = (
  { name, origin, link }: Course,
  configuration: Pick<ActionConfiguration, 'parameters'>,
): Service => serviceOf({ name: `cps-${name}`, origin, link }, configuration);

function isZone(name: string): boolean {
  try {
    return zoneOf(name).name === name;
  } catch {
    return false;
  }
}
