import { mkdir, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as l10n from '@vscode/l10n';
import writeFileAtomic from 'write-file-atomic';
import * as z from 'zod';
import { PlaygroundError, systemCode } from '../../util/errors';
import { diskError } from './diskError';
import type { HeldLock } from './lock';

/** Goes up when the form changes so that an older extension would misread it. */
const currentVersion = 1;

const port = z.number().int().min(1).max(65_535);
const hexId = z.string().regex(/^[0-9a-f]{32}$/);
const serviceName = z.enum(['jobmanager', 'taskmanager', 'kafka', 'zookeeper', 'clickevent-generator']);

const instanceSchema = z.object({
  id: z.string().regex(/^[a-z-]+(-\d+)?$/),
  service: serviceName,
  uuid: z.uuid(),
  startedAt: z.number(),
  /** Absent between the intent to start and the start, so that a crash in between is noticed. */
  pid: z.number().int().positive().optional(),
  startToken: z.string().optional(),
  flinkId: z.string().optional(),
  ended: z
    .object({
      at: z.number(),
      how: z.enum(['killed', 'exited', 'stopped']),
      exitCode: z.number().int().optional(),
    })
    .optional(),
});

const variantSchema = z.object({
  checkpointing: z.boolean(),
  eventTime: z.boolean(),
  backpressure: z.boolean(),
  chaining: z.boolean(),
  exactlyOnce: z.boolean(),
  checkpointIntervalMs: z.number().int().positive().optional(),
});

const optionsSchema = z.object({
  flinkVersion: z.string().regex(/^[\w.-]+$/),
  kafkaMode: z.enum(['kraft', 'zookeeper']),
  variant: variantSchema,
  parallelism: z.number().int().positive(),
  taskManagers: z.number().int().nonnegative(),
  speed: z.number().positive(),
});

const runSchema = z.object({
  /** Echoed by our Flink's configuration: tells it from a stranger on the same port. */
  instanceKey: z.uuid(),
  phase: z.enum(['starting', 'running', 'stopping']),
  options: optionsSchema,
  ports: z.object({
    rest: port,
    rpc: port,
    broker: port,
    controller: port.optional(),
    zookeeper: port.optional(),
  }),
  notices: z.array(z.string()),
  instances: z.array(instanceSchema),
});

const profileSchema = z.object({
  kafkaClusterId: z.string().optional(),
  job: z
    .object({
      id: hexId,
      checkpointing: z.boolean(),
      eventTime: z.boolean(),
      /** The checkpoint from which this job went on: still the newest one until the job has made its own. */
      restoredFrom: z.string().optional(),
    })
    .optional(),
  /** Jobs of ours before this one, whose checkpoints are removed once the next job runs. */
  retiredJobs: z.array(hexId),
});

const stateSchema = z.object({
  version: z.literal(currentVersion),
  /** The number of the transition that wrote this. */
  generation: z.number().int().nonnegative(),
  /** What was started and not stopped. */
  run: runSchema.optional(),
  /** What goes on from one run to the next, by profile name. */
  profiles: z.record(z.string(), profileSchema),
});

export type LocalState = z.infer<typeof stateSchema>;
export type RunRecord = z.infer<typeof runSchema>;
export type InstanceRecord = z.infer<typeof instanceSchema>;
export type ProfileRecord = z.infer<typeof profileSchema>;
export type PortsRecord = RunRecord['ports'];
export type LocalServiceName = InstanceRecord['service'];

export const emptyState: LocalState = { version: currentVersion, generation: 0, profiles: {} };
export const emptyProfile: ProfileRecord = { retiredJobs: [] };

/** A state file that was read. `damaged` names where an unreadable one was put aside. */
export interface LoadedState {
  readonly state: LocalState;
  readonly damaged?: { readonly keptAs: string };
}

/** The record of what runs and of what the next run goes on from, written whole or not at all. */
export class StateFile {
  constructor(
    private readonly path: string,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * @returns the recorded state; the empty one when there is none. A file that is cut short or not ours is renamed, so that
   *   nothing is lost, and said so.
   * @throws PlaygroundError `state` for a file of a newer version of the extension, which is left as it is.
   */
  async load(): Promise<LoadedState> {
    const text = await this.#read();
    if (text === undefined) return { state: emptyState };
    const raw = parseJson(text);
    const version = versionOf(raw);
    if (version !== undefined && version > currentVersion) throw newerVersion(this.path);
    const parsed = stateSchema.safeParse(raw);
    if (parsed.success) return { state: parsed.data };
    const keptAs = `${this.path}.damaged-${this.now()}`;
    await rename(this.path, keptAs);
    return { state: emptyState, damaged: { keptAs } };
  }

  /** @throws PlaygroundError `busy` when the transition was taken over; `disk`. */
  async save(state: LocalState, lock: HeldLock): Promise<void> {
    await lock.assertHeld();
    try {
      await mkdir(dirname(this.path), { recursive: true });
      await writeFileAtomic(this.path, JSON.stringify({ ...state, generation: lock.generation }, undefined, 2));
    } catch (error) {
      throw diskError(this.path, error);
    }
  }

  async #read(): Promise<string | undefined> {
    try {
      return await readFile(this.path, 'utf8');
    } catch (error) {
      if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined;
      throw new PlaygroundError('state', l10n.t('The record of what runs, "{0}", cannot be read.', this.path), {
        remedy: l10n.t('Make the file readable for you, then try again.'),
        cause: error,
      });
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function versionOf(raw: unknown): number | undefined {
  if (typeof raw !== 'object' || raw === null || !('version' in raw)) return undefined;
  return typeof raw.version === 'number' ? raw.version : undefined;
}

function newerVersion(path: string): PlaygroundError {
  return new PlaygroundError('state', l10n.t('The playground was last started by a newer version of this extension.'), {
    remedy: l10n.t('Update the extension, or stop the playground with the newer one and remove "{0}".', path),
  });
}
