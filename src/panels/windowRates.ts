import type { CoursePoint } from '../shared/model/kafka';
import type { ShownRates } from '../shared/protocol/windowPanel';

/** So much is shown. */
const shownMs = 5 * 60_000;
/** A topic that was not looked at for so many of its usual intervals was not watched. */
const missedPolls = 3;

/**
 * How fast a topic grew, at each time that is known, over a span before it: a job that writes once in a window has a steady rate
 * only over the length of one. While nobody watches, topics are not polled.
 */
export function shownRates(topic: string, course: readonly CoursePoint[], spanMs: number): ShownRates {
  const newest = course.at(-1)?.at ?? 0;
  const longestMs = Math.max(spanMs, missedPolls * usualInterval(course));
  const isApart = (before: CoursePoint, after: CoursePoint): boolean => after.at - before.at > longestMs;
  const stretches: { readonly times: number[]; readonly rates: number[] }[] = [];
  let stretch: (typeof stretches)[number] | undefined;
  let index = 0;
  for (const [position, { at, end }] of course.entries()) {
    const previous = course[position - 1];
    if (previous !== undefined && isApart(previous, { at, end })) stretch = undefined;
    const from = at - spanMs;
    while ((course[index + 1]?.at ?? at) <= from) index += 1;
    const before = course[index];
    const after = course[index + 1];
    // What is younger than the span, or was not watched at its beginning, says nothing of it.
    if (before === undefined || after === undefined || before.at > from || at < newest - shownMs) continue;
    if (isApart(before, after)) continue;
    if (stretch === undefined) {
      stretch = { times: [], rates: [] };
      stretches.push(stretch);
    }
    stretch.times.push(at);
    stretch.rates.push(((end - endAt(from, before, after)) * 1000) / spanMs);
  }
  return { topic, stretches };
}

/** Milliseconds from one poll to the next, at the median. */
function usualInterval(course: readonly CoursePoint[]): number {
  const intervals = course.slice(1).map(({ at }, index) => at - (course[index]?.at ?? at));
  return intervals.toSorted((a, b) => a - b)[intervals.length >> 1] ?? 0;
}

/** Between two polls it is taken to grow evenly. */
function endAt(at: number, before: CoursePoint, after: CoursePoint): number {
  return before.end + ((after.end - before.end) * (at - before.at)) / (after.at - before.at);
}
