import type { WorkerFunctions } from './workerProtocol';

export type Method = keyof WorkerFunctions;
export type Arguments<M extends Method> = Parameters<WorkerFunctions[M]>;
export type Answer<M extends Method> = Awaited<ReturnType<WorkerFunctions[M]>>;
/** Asks the worker that is there at the moment. */
export type Call = <M extends Method>(method: M, ...args: Arguments<M>) => Promise<Answer<M>>;

/** A session of this side: it outlives the worker that serves it. */
export interface RemoteSession {
  /** Opens it in a new worker. */
  open(call: Call): Promise<void>;
  /** The worker died. */
  interrupted(): void;
}
