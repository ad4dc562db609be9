import type { CoursePoint, TopicInfo } from '../../shared/model/kafka';

/** Long enough for a failure, the way back and the catching up. */
const keptMs = 10 * 60_000;

/** How far the ends of topics were at each poll of the last ten minutes. */
export class TopicCourses {
  #courses = new Map<string, readonly CoursePoint[]>();

  note(topics: readonly TopicInfo[], now: number): void {
    const courses = new Map<string, readonly CoursePoint[]>();
    for (const { name, internal, partitions } of topics) {
      if (internal) continue;
      const end = partitions.reduce((sum, { latest }) => sum + Number(latest), 0);
      const before = this.#courses.get(name) ?? [];
      // A topic that was made anew begins at 0 again, and a clock that was set back makes points of the future.
      const kept = (before.at(-1)?.end ?? 0) > end ? [] : before.filter(({ at }) => at < now && now - at <= keptMs);
      courses.set(name, [...kept, { at: now, end }]);
    }
    // Of topics that are gone nothing is kept.
    this.#courses = courses;
  }

  of(topic: string): readonly CoursePoint[] {
    return this.#courses.get(topic) ?? [];
  }

  clear(): void {
    this.#courses.clear();
  }
}
