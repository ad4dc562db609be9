import type { EnvironmentKind, Phase } from '../shared/model/environment';

/** Every context key (after `flinkPlayground.`) that the manifest's `when` clauses may ask for. Undefined before the first look. */
export interface ContextValues {
  /** Which environment is looked at; `undecided` while the next start would ask. */
  readonly environment: EnvironmentKind | 'undecided';
  /** Kinds of environments that are up without being looked at, with blanks between them. */
  readonly others: string;
  /** What the environment does as a whole. */
  readonly phase: Phase;
  /** `missing` after a start that found no usable Java. */
  readonly java: 'found' | 'missing' | 'unknown';
  /** Whether Flink's REST interface answered the newest question. */
  readonly rest: 'up' | 'down' | 'unknown';
  /** Whether there are Kafka brokers to ask; a remote cluster may be without. */
  readonly brokers: 'set' | 'none' | 'unknown';
  /** The jobs were read, so an empty list means that there are none. */
  readonly jobsKnown: boolean;
  /** The savepoints were read, likewise. */
  readonly savepointsKnown: boolean;
  /** The topics were read, likewise. */
  readonly topicsKnown: boolean;
  /** Kafka's own topics are shown. */
  readonly internalTopics: boolean;
  /** Data of an earlier run is kept. */
  readonly hasData: boolean;
  /** A start or a stop runs in this window. */
  readonly busy: boolean;
  /** A start or a stop runs in another window. */
  readonly busyElsewhere: boolean;
}

export type ContextName = keyof ContextValues;

const names: Record<ContextName, true> = {
  environment: true,
  others: true,
  phase: true,
  java: true,
  rest: true,
  brokers: true,
  jobsKnown: true,
  savepointsKnown: true,
  topicsKnown: true,
  internalTopics: true,
  hasData: true,
  busy: true,
  busyElsewhere: true,
};

export const contextNames = Object.keys(names) as readonly ContextName[];

/** Writes context keys, leaving out those that have the value already: each write is a message to the window. */
export class ContextKeys {
  readonly #written = new Map<ContextName, unknown>();

  constructor(private readonly write: (name: ContextName, value: unknown) => void) {}

  set<K extends ContextName>(name: K, value: ContextValues[K]): void {
    if (this.#written.has(name) && this.#written.get(name) === value) return;
    this.#written.set(name, value);
    this.write(name, value);
  }
}
