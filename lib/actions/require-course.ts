import type { ActionConfiguration } from './action.ts';
import { type Course, coursesOf } from './courses.ts';
import { invalidInputError } from './invalid-input-error.ts';

/**
 * The course that the property `course` of an input names.
 * @throws AppError `invalid` / `INVALID_PAYLOAD` that lists the courses
 * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` when the parameter `courses` does not parse
 */
export const requireCourse = (
  name: string,
  configuration: Pick<ActionConfiguration, 'parameters'>,
): Course => {
  const courses = coursesOf(configuration);
  const course = courses.find((one) => one.name === name);
  if (course !== undefined) return course;
  const names = courses.map((one) => one.name).join(', ');
  throw invalidInputError([{ path: 'payload.course', problem: `must be one of ${names}` }]);
};
