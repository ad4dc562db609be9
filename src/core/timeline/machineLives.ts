import type { EnvironmentSnapshot, InstanceSnapshot, ServiceName } from '../../shared/model/environment';
import type { TaskManagerInfo } from '../../shared/model/flink';
import { instancesOf, isUp } from '../../shared/model/instances';
import type { MachineChange } from '../../shared/model/timeline';

/** Of all machines together; the oldest are forgotten. */
const mostLives = 300;

/** A process or container from its beginning to its end, by this machine's clock. */
export interface MachineLife {
  /** The environment to which it belongs. */
  readonly where: string;
  readonly service: ServiceName;
  readonly name: string;
  /** When it could be used: seen, or else when its process began. Absent: it was there before anybody looked. */
  readonly upAt?: number;
  readonly endedAt?: number;
  readonly ending?: Exclude<MachineChange, 'up'>;
}

interface Kept {
  readonly key: string;
  life: MachineLife;
}

/** What became of the machines under the jobs: instances of an environment, or TaskManagers that only Flink tells of. */
export class MachineLives {
  #kept: readonly Kept[] = [];
  /** Those of Flink's list that were there when it was read last, by environment. */
  readonly #registered = new Map<string, ReadonlySet<string>>();
  #revision = 0;

  /** Grows with every change. */
  get revision(): number {
    return this.#revision;
  }

  /** Of one environment, in the order of their beginnings. */
  of(where: string): readonly MachineLife[] {
    return this.#kept.filter(({ life }) => life.where === where).map(({ life }) => life);
  }

  /** Takes in what an environment says of its instances; times of before are in it. */
  readInstances(snapshot: EnvironmentSnapshot, now: number): void {
    const where = snapshot.kind;
    // What cannot be looked at is not gone.
    if (snapshot.phase === 'unknown') return;
    const present = new Set<string>();
    for (const instance of instancesOf(snapshot)) {
      const key = `${where}/${instance.id}/${instance.startedAt ?? 0}`;
      present.add(key);
      this.#readInstance(key, where, instance, now);
    }
    for (const { key, life } of this.#kept) {
      const left = life.where === where && life.endedAt === undefined && !present.has(key) && !isListed(key);
      if (left) this.#set(key, { ...life, endedAt: now, ending: 'stopped' });
    }
  }

  /** Takes in Flink's list: the first is what was there before; one that follows says what has come and what has gone. */
  readTaskManagers(where: string, list: readonly TaskManagerInfo[], now: number): void {
    const ids = new Set(list.map(({ id }) => id));
    const before = this.#registered.get(where);
    this.#registered.set(where, ids);
    if (before === undefined) return;
    for (const id of ids) {
      if (before.has(id)) continue;
      this.#set(`${listed}${id}/${now}`, { where, service: 'taskmanager', name: id, upAt: now });
    }
    for (const id of before) {
      if (ids.has(id)) continue;
      const known = this.#kept.findLast(({ life }) => life.name === id && life.endedAt === undefined);
      const life = known?.life ?? { where, service: 'taskmanager' as const, name: id };
      this.#set(known?.key ?? `${listed}${id}`, { ...life, endedAt: now, ending: 'lost' });
    }
  }

  #readInstance(key: string, where: string, instance: InstanceSnapshot, now: number): void {
    const { service, id: name, startedAt, endedAt, state } = instance;
    const known = this.#kept.find((kept) => kept.key === key)?.life;
    const over = !isUp(instance);
    // A container that was started again still has the end of its earlier run.
    const end = over && endedAt !== undefined && endedAt >= (startedAt ?? 0) ? endedAt : undefined;
    const readyNow = state === 'healthy' && known !== undefined ? now : startedAt;
    const upAt = known?.upAt ?? (state === 'starting' ? undefined : readyNow);
    const next: MachineLife = {
      where,
      service,
      name,
      ...(upAt === undefined ? {} : { upAt }),
      ...(over ? { endedAt: known?.endedAt ?? end ?? now, ending: endingOf(state) } : {}),
    };
    const same = known?.upAt === next.upAt && known?.endedAt === next.endedAt && known?.ending === next.ending && known;
    if (same === undefined || same === false) this.#set(key, next);
  }

  #set(key: string, life: MachineLife): void {
    const known = this.#kept.find((kept) => kept.key === key);
    if (known === undefined) this.#kept = [...this.#kept, { key, life }].slice(-mostLives);
    else known.life = life;
    this.#revision++;
  }
}

/** Begins the keys of those that only Flink's list tells of. */
const listed = 'listed/';

function isListed(key: string): boolean {
  return key.startsWith(listed);
}

function endingOf(state: InstanceSnapshot['state']): Exclude<MachineChange, 'up'> {
  if (state === 'killed') return 'killed';
  return state === 'stopped' ? 'stopped' : 'died';
}
