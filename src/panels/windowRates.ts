import type { CoursePoint } from '../shared/model/kafka';
import type { ShownRates } from '../shared/protocol/windowPanel';

/** So much is shown. */
const shownMs = 5 * 60_000;

/**
 * How fast a topic grew, at each time that is known, over a span before it: a job that writes once in a window has a steady rate
 * only over the length of one.
 */
export function shownRates(topic: string, course: readonly CoursePoint[], spanMs: number): ShownRates {
  const newest = course.at(-1)?.at ?? 0;
  const times: number[] = [];
  const rates: number[] = [];
  let index = 0;
  for (const { at, end } of course) {
    const from = at - spanMs;
    while ((course[index + 1]?.at ?? at) <= from) index += 1;
    const before = course[index];
    const after = course[index + 1];
    // What is younger than the span says nothing of it.
    if (before === undefined || after === undefined || before.at > from || at < newest - shownMs) continue;
    times.push(at);
    rates.push(((end - endAt(from, before, after)) * 1000) / spanMs);
  }
  return { topic, times, rates };
}

/** Between two polls it is taken to grow evenly. */
function endAt(at: number, before: CoursePoint, after: CoursePoint): number {
  return before.end + ((after.end - before.end) * (at - before.at)) / (after.at - before.at);
}
