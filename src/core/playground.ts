import description from '../../playground/playground.json';
import type { TopicSpec } from '../shared/model/kafka';
import type { KafkaMode } from '../shared/model/environment';

/** Versions that belong to one Flink line; the Kafka connector and its client go to the job, never to the cluster. */
export interface FlinkVersionSpec {
  readonly connector: string;
  readonly kafkaClients: string;
}

/** `playground/playground.json`, the one description of services, ports, topics, versions and jobs. */
export interface PlaygroundDescription {
  readonly ports: { readonly rest: number; readonly broker: number; readonly zookeeper: number };
  readonly slotsPerTaskManager: number;
  readonly topics: readonly TopicSpec[];
  readonly pages: readonly string[];
  readonly window: { readonly sizeMs: number; readonly count: number };
  readonly flink: { readonly default: string; readonly versions: Readonly<Record<string, FlinkVersionSpec>> };
  readonly kafka: { readonly default: string; readonly modes: Readonly<Record<KafkaMode, string>> };
  /** Maintained images that the compose files name. `${version}` stands for a version of Flink. */
  readonly images: {
    readonly flink: string;
    readonly kafka: Readonly<Record<KafkaMode, string>>;
    readonly zookeeper: string;
  };
  readonly job: {
    readonly name: string;
    readonly version: string;
    readonly jars: {
      readonly v1: string;
      readonly v2: string;
      readonly v3: string;
      readonly generator: string;
      readonly guard: string;
    };
    readonly entryClass: string;
    readonly generatorClass: string;
    readonly consumerGroup: string;
  };
}

export const playground: PlaygroundDescription = description;
