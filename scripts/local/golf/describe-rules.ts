import { checkOffsetOrToday } from './check-offset.ts';
import type { GolfOperation } from './golf-call.ts';

/** `BookingRuleModels`: how early and how often golfers may book. */
export const describeRules: GolfOperation = (call) => {
  checkOffsetOrToday(call);
  const { courseId, daysInAdvance, releaseTime, maximumDailyBookings } = call.course;
  const rule = {
    bookingRuleId: 1,
    courseId,
    daysInAdvance,
    // 0 means the same as on weekdays.
    daysInAdvanceWeekend: 0,
    time: `2026-01-01T${releaseTime}:00`,
  };
  return {
    body: {
      bookingRuleByClass: [{ classCode: 'R', bookingRuleByCourse: [rule] }],
      bookingRuleByCourses: [{ courseId, daysInAdvance, maximumDailyBookings, noShowLimit: 2 }],
    },
  };
};
