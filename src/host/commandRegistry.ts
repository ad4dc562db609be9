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
  run(args: S['args']): Promise<S['result']>;
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
 * What the caller, our own code or a test, adds to any argument: `onError: 'throw'` hands a failure to the caller instead of
 * showing it, because VS Code would show a rejected command a second time.
 */
interface CallerOptions {
  readonly onError?: 'throw';
}

/**
 * Registers every command of a vocabulary through one wrapper: it logs, shows a failure once with its remedy and the way to
 * more, takes cancellation as silence, and answers a second press while the same command runs with the run under way.
 */
export function registerCommands<M extends Record<keyof M, CommandShape>>(
  prefix: string,
  handlers: CommandHandlers<M>,
  ports: CommandPorts,
): Disposable {
  const registered = new DisposableStore();
  for (const name of Object.keys(handlers) as readonly (keyof M & string)[]) {
    const id = `${prefix}.${name}`;
    const handler: CommandHandler<M[keyof M]> = handlers[name];
    const run = (args: M[keyof M]['args']): Promise<M[keyof M]['result']> => handler.run(args);
    const command = new RunningCommand(id, run, ports);
    registered.add(
      ports.register(id, (first) => {
        const { args, onError } = argumentsOf(first, handler.fromNode);
        return command.call(args, onError);
      }),
    );
  }
  return registered;
}

/** The runs of one command that are under way, by their argument. */
class RunningCommand<A extends object, R> {
  readonly #running = new Map<string, Promise<R>>();

  constructor(
    private readonly id: string,
    private readonly run: (args: A) => Promise<R>,
    private readonly ports: CommandPorts,
  ) {}

  async call(args: A, onError: CallerOptions['onError']): Promise<R | undefined> {
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

/**
 * What the first argument of a command means: the element of a tree, from whose menu it was run, or plain data. Anything
 * else that VS Code passes (a resource, a list of selected things) is not for us.
 */
function argumentsOf<A extends object>(
  first: unknown,
  fromNode: ((node: TreeNode) => A) | undefined,
): { readonly args: A; readonly onError?: 'throw' } {
  const nothing = {} as A;
  if (first instanceof TreeElement) return { args: fromNode?.(first.node) ?? nothing };
  if (!isPlainObject(first)) return { args: nothing };
  const { onError, ...args } = first;
  return { args: args as A, ...(onError === 'throw' ? { onError } : {}) };
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
