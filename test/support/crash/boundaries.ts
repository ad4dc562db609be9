/** The moments of a restart at which there is something to lose, in order. */
export const boundaries = [
  'before the stop is asked for',
  'after the stop was asked for',
  'after the savepoint is complete',
  'before the job is submitted',
  'after the job was submitted',
  'after all tasks run',
  'after the first checkpoint',
] as const;
export type Boundary = (typeof boundaries)[number];

/** What the process that is killed is told, as one argument of JSON. */
export interface VictimOrder {
  readonly root: string;
  readonly jobId: string;
  readonly operation: 'restart' | 'rescale';
  readonly parallelism: number;
  /** It kills itself there; without one it is killed from outside. */
  readonly dieAt?: Boundary;
}
