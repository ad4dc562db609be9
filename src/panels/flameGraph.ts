import * as l10n from '@vscode/l10n';
import type { Engine, Watch } from '../core/engineApi';
import { idle, type Resource } from '../core/state/resource';
import { sameValue } from '../core/state/sameValue';
import { Store } from '../core/state/store';
import { staleMark } from '../core/trees/stale';
import { DisposableStore, type Disposable } from '../core/util/disposable';
import { messageOf, PlaygroundError } from '../core/util/errors';
import { formatTime } from '../shared/format/time';
import { flameTypes, type FlameGraph as Flames, type FlameType } from '../shared/model/flameGraph';
import type { FlameGraphHost, FlameGraphState, FlameGraphStrings } from '../shared/protocol/flameGraph';
import { WhileSeen } from './whileSeen';

/** Of which vertex a panel shows the threads. */
export interface FlameSubject {
  readonly job: string;
  readonly vertex: string;
  /** The vertex's name. */
  readonly name: string;
}

export interface FlameGraphOptions {
  readonly subject: FlameSubject;
  readonly type: FlameType;
  readonly engine: Pick<Engine, 'jobs' | 'environment'>;
}

/**
 * What is behind one flame graph: has Flink sample the threads of a vertex as long as the panel can be seen, and not otherwise,
 * since sampling costs the tasks some time. Every argument of the page is checked.
 */
export class FlameGraph implements Disposable {
  readonly state: Store<FlameGraphState>;
  /** What the page can call. Arguments are typed as they come, whatever the protocol promises. */
  readonly host: Omit<FlameGraphHost, 'reportError'> = {
    ready: () => Promise.resolve({ state: this.state.value, strings: flameGraphStrings() }),
    setType: (type: unknown) => {
      const known = flameTypes.find((each) => each === type);
      if (known !== undefined && known !== this.#type) this.#show(known);
      return Promise.resolve();
    },
  };
  readonly #owned = new DisposableStore();
  #type: FlameType;
  #watch: Watch<Flames> | undefined;
  readonly #reading = new WhileSeen((reading) => this.#begin(reading));

  constructor(private readonly options: FlameGraphOptions) {
    this.#type = options.type;
    this.state = this.#owned.add(new Store<FlameGraphState>(this.#describe(), sameValue));
    this.#owned.add(this.#reading);
  }

  /** A panel that cannot be seen has nothing sampled, and keeps what it showed last. */
  setVisible(visible: boolean): void {
    this.#reading.setVisible(visible);
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #begin(reading: DisposableStore): void {
    const { engine, subject } = this.options;
    reading.add({
      dispose: () => {
        this.#watch = undefined;
      },
    });
    const watch = reading.add(engine.jobs.flameGraph(subject.job, subject.vertex, this.#type));
    this.#watch = watch;
    const update = (): void => this.state.set(this.#describe());
    reading.add(watch.state.onDidChange(update));
    reading.add(engine.environment.snapshot.onDidChange(update));
    update();
  }

  #show(type: FlameType): void {
    this.#reading.restart(() => {
      this.#type = type;
    });
    this.state.set(this.#describe());
  }

  #describe(): FlameGraphState {
    const { subject, engine } = this.options;
    return describeFlames({
      subject,
      type: this.#type,
      up: engine.environment.snapshot.value.endpoints !== undefined,
      flames: this.#watch?.state.value ?? idle,
    });
  }
}

interface FlameFacts {
  readonly subject: FlameSubject;
  readonly type: FlameType;
  /** There is a Flink to ask. */
  readonly up: boolean;
  readonly flames: Resource<Flames>;
}

/** A flame graph as its page shows it. */
export function describeFlames({ subject, type, up, flames }: FlameFacts): FlameGraphState {
  const base = { ...subject, type, caption: '' };
  if (flames.state === 'ready' || flames.state === 'stale') {
    const { value } = flames;
    if (value.state === 'sampled') {
      const { root, at } = value;
      if (root.samples === 0) {
        return { ...base, status: 'none', message: l10n.t('At {0} no thread was seen like that.', formatTime(at)) };
      }
      const caption = l10n.t('{0} samples, the last at {1}', root.samples, formatTime(at));
      const stale = staleMark(flames);
      const message = flames.state === 'stale' ? `${messageOf(flames.error)} ${stale?.words ?? ''}`.trim() : '';
      return { ...base, status: stale === undefined ? 'live' : 'stale', message, caption, root };
    }
    if (flames.state === 'ready') return { ...base, ...without[value.state]() };
  }
  if (!up)
    return { ...base, status: 'none', message: l10n.t('The playground is not running. Start it to see its jobs.') };
  if (flames.state === 'idle' || flames.state === 'loading') return { ...base, ...without.waiting() };
  const gone = PlaygroundError.is(flames.error, 'notFound');
  const message = gone ? l10n.t('Flink does not know this job any more.') : messageOf(flames.error);
  return { ...base, status: 'none', message };
}

/** Why there is no graph; functions, because texts are translated when they are shown. */
const without: Readonly<
  Record<Exclude<Flames['state'], 'sampled'>, () => Pick<FlameGraphState, 'status' | 'message'>>
> = {
  waiting: () => ({ status: 'waiting', message: l10n.t('The threads are being sampled. This takes some seconds.') }),
  ended: () => ({ status: 'none', message: l10n.t('The tasks have ended: there are no threads to sample.') }),
  disabled: () => ({
    status: 'none',
    message: l10n.t(
      'This cluster does not sample threads. Set {0} in its configuration and start it anew.',
      'rest.flamegraph.enabled: true',
    ),
  }),
};

/** The texts of the page; a webview has no localisation of its own. */
export function flameGraphStrings(): FlameGraphStrings {
  return {
    full: l10n.t('All Threads'),
    onCpu: l10n.t('On CPU'),
    offCpu: l10n.t('Waiting'),
    types: l10n.t('Which threads count'),
    whole: l10n.t('Show the Whole Graph'),
    showTable: l10n.t('Show as Table'),
    showGraph: l10n.t('Show as Graph'),
    search: l10n.t('Find methods'),
    found: l10n.t('in {0} of the samples', '{0}'),
    graphLabel: l10n.t('Flame graph'),
    tableLabel: l10n.t('Methods by samples'),
    graphHelp: l10n.t(
      'Down goes to what a method called, up to its caller, left and right to those beside it. Enter shows a method in full width, Escape the whole graph.',
    ),
    allThreads: l10n.t('all samples'),
    legend: l10n.t('Legend'),
    legendUser: l10n.t('the job and its libraries'),
    legendFlink: l10n.t('Flink'),
    legendKafka: l10n.t('Kafka'),
    legendJava: l10n.t('Java'),
    columnMethod: l10n.t('Method'),
    columnSelf: l10n.t('Itself'),
    columnTotal: l10n.t('With What It Called'),
    share: l10n.t('{0} of the samples', '{0}'),
  };
}
