/** The encoder of kafkajs 2.2.4, against which our decoder is held. */
declare module 'kafkajs/src/protocol/recordBatch/v0/index.js' {
  interface Encoded {
    readonly buffer: Buffer;
  }
  const encode: {
    RecordBatch(batch: {
      readonly compression: number;
      readonly firstTimestamp: number;
      readonly maxTimestamp: number;
      readonly lastOffsetDelta: number;
      readonly records: readonly Encoded[];
    }): Promise<Encoded>;
  };
  export default encode;
}

declare module 'kafkajs/src/protocol/recordBatch/record/v0/index.js' {
  const encode: (record: {
    readonly offsetDelta: number;
    readonly timestampDelta: number;
    readonly key: string | null;
    readonly value: string | null;
    readonly headers: Readonly<Record<string, string | readonly string[]>>;
  }) => { readonly buffer: Buffer };
  export default encode;
}
