import { describe, expect, it } from 'vitest';
import { TopicCourses } from '../../../src/core/kafka/topicCourses';
import type { TopicInfo } from '../../../src/shared/model/kafka';

function topic(name: string, ends: readonly number[], internal = false): TopicInfo {
  return { name, internal, partitions: ends.map((latest, id) => ({ id, earliest: '0', latest: String(latest) })) };
}

describe('the course of a topic', () => {
  it('is the end of all its partitions together, for ten minutes', () => {
    const courses = new TopicCourses();
    courses.note([topic('input', [1, 2])], 0);
    courses.note([topic('input', [5, 2])], 2000);
    expect(courses.of('input')).toEqual([
      { at: 0, end: 3 },
      { at: 2000, end: 7 },
    ]);
    courses.note([topic('input', [6, 2])], 601_000);
    expect(courses.of('input').map(({ at }) => at)).toEqual([2000, 601_000]);
  });

  it('begins anew with a topic that was made anew, and ends with one that is gone', () => {
    const courses = new TopicCourses();
    courses.note([topic('output', [9])], 0);
    courses.note([topic('output', [1])], 2000);
    expect(courses.of('output')).toEqual([{ at: 2000, end: 1 }]);
    courses.note([], 4000);
    expect(courses.of('output')).toEqual([]);
  });

  it('begins anew when the clock was set back', () => {
    const courses = new TopicCourses();
    courses.note([topic('input', [1])], 3_600_000);
    courses.note([topic('input', [2])], 1000);
    expect(courses.of('input')).toEqual([{ at: 1000, end: 2 }]);
  });

  it("is not kept of Kafka's own topics", () => {
    const courses = new TopicCourses();
    courses.note([topic('__consumer_offsets', [9], true)], 0);
    expect(courses.of('__consumer_offsets')).toEqual([]);
  });
});
