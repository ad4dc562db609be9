import type { Words } from './commandPlaces';

/** One thing that a shell or a REST client does; how it is written depends on the shell. */
export type Step =
  | { readonly kind: 'run'; readonly words: Words }
  | {
      readonly kind: 'request';
      readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
      /** Begins with a slash; segments are percent-encoded. */
      readonly path: string;
      readonly body?: Readonly<Record<string, unknown>>;
      /** The answer is a text and no JSON. */
      readonly text?: true;
    }
  /** Uploads a jar, unless `jar` is the id of one that is there, and runs it. */
  | {
      readonly kind: 'runJar';
      readonly jar: { readonly id: string } | { readonly file: string };
      readonly body: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'kill'; readonly pid: number }
  | { readonly kind: 'follow'; readonly file: string }
  | { readonly kind: 'listFolder'; readonly folder: string }
  /** Words in place of a command line, where there is none. */
  | { readonly kind: 'note'; readonly text: string };

export type FormKind = 'cli' | 'rest';

export interface CommandForm {
  readonly kind: FormKind;
  readonly steps: readonly Step[];
}

/** The names of what the tutorial does and looks at. */
export const commandEntryIds = [
  'playground.start',
  'playground.status',
  'playground.stop',
  'cluster.overview',
  'cluster.threadDump',
  'logs.follow',
  'topic.consume',
  'jobs.list',
  'taskManager.kill',
  'taskManager.start',
  'taskManager.scale',
  'job.detail',
  'job.metrics',
  'job.checkpoints',
  'job.exceptions',
  'job.savepoint',
  'job.stop',
  'savepoints.list',
  'job.run',
  'job.rescale',
  'job.cancel',
] as const;
export type CommandEntryId = (typeof commandEntryIds)[number];

/** One action or look, with the ways to do it by hand. */
export interface CommandEntry {
  readonly id: CommandEntryId;
  /** What it is done to where there are several: an instance, a topic. */
  readonly subject?: string;
  /** For the person, localised. */
  readonly title: string;
  readonly forms: readonly CommandForm[];
}
