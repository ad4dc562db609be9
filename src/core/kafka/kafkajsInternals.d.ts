/** The parts of kafkajs 2.2.4 behind its public classes that are used; see `kafkajsLink.ts` for the reasons. */

/** The class whose timer is patched; see `requestQueuePatch.ts`. */
declare module 'kafkajs/src/network/requestQueue/index.js' {
  const RequestQueue: { readonly prototype: object };
  export default RequestQueue;
}

declare module 'kafkajs/src/loggers/index.js' {
  import type { LogEntry, logLevel } from 'kafkajs';
  export function createLogger(options: {
    readonly level: logLevel;
    readonly logCreator: (level: logLevel) => (entry: LogEntry) => void;
  }): object;
}

declare module 'kafkajs/src/network/socketFactory.js' {
  const createSocketFactory: () => object;
  export default createSocketFactory;
}

declare module 'kafkajs/src/protocol/requests/index.js' {
  export const requests: { readonly Fetch: object };
}

declare module 'kafkajs/src/protocol/error.js' {
  /** An error of Kafka by its number, with Kafka's name of it as `type`. */
  export function createErrorFromCode(code: number): Error;
}

declare module 'kafkajs/src/cluster/index.js' {
  interface PartitionMetadata {
    readonly partitionId: number;
    /** Negative when there is none. */
    readonly leader: number;
  }

  export interface FetchTopic {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly fetchOffset: string;
      readonly maxBytes: number;
    }[];
  }

  interface ProtocolRequest {
    readonly request: { readonly apiKey: number; readonly apiVersion: number; readonly apiName: string };
  }

  interface ProtocolResponse<Decoded, Answer> {
    decode(payload: Buffer): Promise<Decoded>;
    parse(decoded: Decoded): Promise<Answer>;
  }

  export interface Broker {
    lookupRequest(
      apiKey: number,
      definition: object,
    ): (fields: {
      readonly isolationLevel: number;
      readonly maxWaitTime: number;
      readonly minBytes: number;
      readonly maxBytes: number;
      readonly topics: readonly FetchTopic[];
    }) => ProtocolRequest & { readonly requestTimeout: number };
    readonly connectionPool: {
      send<Decoded, Answer>(
        protocol: ProtocolRequest & { readonly response: ProtocolResponse<Decoded, Answer> },
      ): Promise<Answer>;
    };
  }

  interface TopicOffsets {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
  }

  export default class Cluster {
    constructor(options: {
      readonly logger: object;
      readonly socketFactory: object;
      readonly brokers: readonly string[];
      readonly clientId: string;
      readonly connectionTimeout: number;
      readonly requestTimeout: number;
      readonly enforceRequestTimeout: boolean;
      readonly metadataMaxAge: number;
      readonly retry: object;
      readonly allowAutoTopicCreation: boolean;
      readonly isolationLevel: number;
    });
    connect(): Promise<void>;
    disconnect(): Promise<void>;
    refreshMetadata(): Promise<void>;
    addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
    findTopicPartitionMetadata(topic: string): readonly PartitionMetadata[];
    findBroker(node: { readonly nodeId: string }): Promise<Broker>;
    fetchTopicsOffset(
      topics: readonly {
        readonly topic: string;
        readonly partitions: readonly { readonly partition: number }[];
        readonly fromBeginning?: boolean;
        readonly fromTimestamp?: number;
      }[],
    ): Promise<readonly TopicOffsets[]>;
  }
}
