import * as l10n from '@vscode/l10n';
import { DisposableStore, type Disposable } from '../core/util/disposable';
import type { Logger } from '../core/util/logger';
import type { TreeNode } from '../core/trees/node';
import { describeError, isCancellation, type DescribedError } from './describeError';
import type { NotificationAction, Notifications } from './notifications';
import { TreeElement } from './treeModel';

/** One command of a vocabulary: what fills in its input, and what it gives back. */
export interface CommandShape {
  readonly args: object;
  readonly result: unknown;
}

/** How a command is run. */
export interface CommandHandler<S extends CommandShape> {
  /** Takes what is usable of a plain-data argument; what a caller got wrong counts as not said. */
  readonly parse: (raw: Readonly<Record<string, unknown>>) => S['args'];
  readonly run: (args: S['args']) => Promise<S['result']>;
  /** What a node of a tree fills in when the command is run from its menu. */
  readonly fromNode?: (node: TreeNode) => S['args'];
}

/** A handler for every command of the vocabulary: one that is left out does not compile. */
export type CommandHandlers<M extends Record<keyof M, CommandShape>> = {
  readonly [N in keyof M]: CommandHandler<M[N]>;
};

export interface CommandPorts {
  readonly register: (id: string, callback: (...args: readonly unknown[]) => unknown) => Disposable;
  readonly notifications: Notifications;
  readonly logger: Logger;
  readonly showLog: () => void;
  /** Opens a text that is longer than a notification. */
  readonly showDetail: (title: string, text: string) => void;
  /** Told of every failure, before it is shown. */
  readonly onFailure?: (command: string, error: DescribedError) => void;
}

/**
 * Registers every command of a vocabulary through one wrapper: it logs, shows a failure once with its remedy and the way to
 * more, takes cancellation as silence, and answers a second press while the same command runs with the run under way. What
 * handles them is loaded when the first of them is run.
 * A caller that adds `onError: 'throw'` to the argument gets the failure itself instead; otherwise the result is then
 * `undefined`, because VS Code would show a rejected command a second time.
 */
export function registerCommands<M extends Record<keyof M, CommandShape>>(
  prefix: string,
  names: readonly (keyof M & string)[],
  load: () => Promise<CommandHandlers<M>>,
  ports: CommandPorts,
): Disposable {
  const registered = new DisposableStore();
  const handlers = once(load);
  for (const name of names) {
    const id = `${prefix}.${name}`;
    registered.add(
      ports.register(
        id,
        callable(id, async () => (await handlers())[name], ports),
      ),
    );
  }
  return registered;
}

/** A failed attempt is not kept, so that the next one tries again. */
function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () =>
    (loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    }));
}

function callable<S extends CommandShape>(
  id: string,
  load: () => Promise<CommandHandler<S>>,
  ports: CommandPorts,
): (first?: unknown) => Promise<unknown> {
  const command = new RunningCommand(id, async (args: S['args']) => (await load()).run(args), ports);
  return async (first) => {
    // Whatever else VS Code passes (a resource, a list of selected things) is not for us.
    const raw = isPlainObject(first) ? first : {};
    const onError = raw['onError'] === 'throw' ? 'throw' : undefined;
    let handler: CommandHandler<S>;
    try {
      handler = await load();
    } catch (error) {
      return command.failed(error, onError);
    }
    if (first instanceof TreeElement) return command.call(handler.fromNode?.(first.node) ?? handler.parse({}));
    return command.call(handler.parse(raw), onError);
  };
}

/** The runs of one command that are under way, by their argument. */
class RunningCommand<A extends object, R> {
  readonly #running = new Map<string, Promise<R>>();

  constructor(
    private readonly id: string,
    private readonly run: (args: A) => Promise<R>,
    private readonly ports: CommandPorts,
  ) {}

  async call(args: A, onError?: 'throw'): Promise<R | undefined> {
    const key = JSON.stringify(args);
    const underWay = this.#running.get(key);
    if (underWay !== undefined) this.ports.notifications.hint(l10n.t('Flink Playground is at it already.'));
    const run = underWay ?? this.#begin(key, args);
    try {
      return await run;
    } catch (error) {
      if (onError === 'throw') throw error;
      if (underWay === undefined && !isCancellation(error)) this.#show(error);
      return undefined;
    }
  }

  /** Answers a call that could not even begin. */
  failed(error: unknown, onError?: 'throw'): undefined {
    this.#note(error);
    if (onError === 'throw') throw error;
    this.#show(error);
  }

  #begin(key: string, args: A): Promise<R> {
    this.ports.logger.info(`${this.id} ${key}`);
    const startedAt = Date.now();
    const run = this.run(args)
      .then((result) => {
        this.ports.logger.debug(`${this.id} took ${Date.now() - startedAt} ms.`);
        return result;
      })
      .catch((error: unknown) => {
        this.#note(error);
        throw error;
      })
      .finally(() => this.#running.delete(key));
    this.#running.set(key, run);
    return run;
  }

  #note(error: unknown): void {
    if (isCancellation(error)) {
      this.ports.logger.info(`${this.id} was called off.`);
      return;
    }
    const described = describeError(error);
    this.ports.logger.error(`${this.id} failed: ${described.message}`, error);
    if (described.detail !== undefined) this.ports.logger.error(described.detail);
    this.ports.onFailure?.(this.id, described);
  }

  #show(error: unknown): void {
    const { message, remedy, detail } = describeError(error);
    const actions: NotificationAction[] = [];
    if (detail !== undefined) {
      actions.push({ title: l10n.t('Show Details'), run: () => this.ports.showDetail(message, detail) });
    }
    actions.push({ title: l10n.t('Show Log'), run: () => this.ports.showLog() });
    this.ports.notifications.error(remedy === undefined ? message : `${message} ${remedy}`, actions);
  }
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
