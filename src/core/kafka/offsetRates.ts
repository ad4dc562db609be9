import type { PartitionInfo, TopicInfo } from '../../shared/model/kafka';

/** Rates are taken over this long, so that a job that writes every few seconds has a steady one. */
const spanMs = 10_000;

interface Sample {
  readonly at: number;
  readonly latest: bigint;
}

/** How fast the ends of partitions move, from one poll to the next. */
export class OffsetRates {
  #samples = new Map<string, readonly Sample[]>();

  /** The topics as they were read at a time, each partition with its rate where it is known. */
  note(topics: readonly TopicInfo[], now: number): readonly TopicInfo[] {
    const samples = new Map<string, readonly Sample[]>();
    const rated = topics.map((topic) => ({
      ...topic,
      partitions: topic.partitions.map((partition) => {
        const key = `${partition.id}/${topic.name}`;
        const kept = this.#keep(key, partition, now);
        samples.set(key, kept);
        const oldest = kept[0];
        if (oldest === undefined || oldest.at === now) return partition;
        return { ...partition, rate: (Number(BigInt(partition.latest) - oldest.latest) * 1000) / (now - oldest.at) };
      }),
    }));
    // Of topics that are gone nothing is kept.
    this.#samples = samples;
    return rated;
  }

  clear(): void {
    this.#samples.clear();
  }

  #keep(key: string, { latest }: PartitionInfo, now: number): readonly Sample[] {
    const sample = { at: now, latest: BigInt(latest) };
    const before = this.#samples.get(key) ?? [];
    const last = before.at(-1);
    // A topic that was made anew begins at 0 again.
    if (last !== undefined && last.latest > sample.latest) return [sample];
    // A clock that was set back makes samples of the future.
    return [...before.filter(({ at }) => at < now && now - at <= spanMs), sample];
  }
}
