/** The class of kafkajs 2.2.4 whose timer is patched; see `requestQueuePatch.ts`. */
declare module 'kafkajs/src/network/requestQueue/index.js' {
  const RequestQueue: { readonly prototype: object };
  export default RequestQueue;
}
