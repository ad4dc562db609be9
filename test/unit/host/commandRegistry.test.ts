import { describe, expect, it } from 'vitest';
import type { TreeNode } from '../../../src/core/trees/node';
import { PlaygroundError } from '../../../src/core/util/errors';
import { silentLogger } from '../../../src/core/util/logger';
import { registerCommands, type CommandHandlers } from '../../../src/host/commandRegistry';
import type { NotificationAction, Notifications } from '../../../src/host/notifications';
import { TreeElement } from '../../../src/host/treeModel';

interface Vocabulary {
  readonly greet: { readonly args: { readonly name?: string }; readonly result: string | undefined };
}

/** Runs one command through the registry and keeps what a person would see. */
function setup(
  run: (args: { readonly name?: string }) => Promise<string | undefined>,
  load?: () => Promise<CommandHandlers<Vocabulary>>,
): {
  readonly call: (first?: unknown) => Promise<unknown>;
  readonly errors: { readonly message: string; readonly buttons: readonly string[] }[];
  readonly hints: string[];
  readonly opened: string[];
  readonly press: (button: string) => void;
} {
  const errors: { readonly message: string; readonly buttons: readonly string[] }[] = [];
  const hints: string[] = [];
  const opened: string[] = [];
  let actions: readonly NotificationAction[] = [];
  const notifications: Notifications = {
    error: (message, offered) => {
      actions = offered;
      errors.push({ message, buttons: offered.map(({ title }) => title) });
    },
    info: () => undefined,
    hint: (message) => hints.push(message),
    progress: () => Promise.reject(new Error('No progress here.')),
  };
  const handlers: CommandHandlers<Vocabulary> = {
    greet: {
      parse: (raw) => (typeof raw['name'] === 'string' ? { name: raw['name'] } : {}),
      fromNode: ({ label }: TreeNode) => ({ name: label }),
      run,
    },
  };
  const registered = new Map<string, (...args: readonly unknown[]) => unknown>();
  registerCommands('test', ['greet'], load ?? (() => Promise.resolve(handlers)), {
    register: (id, callback) => {
      registered.set(id, callback);
      return { dispose: () => registered.delete(id) };
    },
    notifications,
    logger: silentLogger,
    showLog: () => opened.push('log'),
    showDetail: (title, text) => opened.push(`${title}: ${text}`),
  });
  return {
    call: async (first) => registered.get('test.greet')?.(first),
    errors,
    hints,
    opened,
    press: (button) => actions.find(({ title }) => title === button)?.run(),
  };
}

const greet = (args: { readonly name?: string }): Promise<string> => Promise.resolve(`Hello ${args.name ?? 'you'}`);

describe('the argument of a command', () => {
  it('is plain data, of which what is unusable counts as not said', async () => {
    const { call } = setup(greet);
    expect(await call({ name: 'Ada' })).toBe('Hello Ada');
    expect(await call({ name: 7 })).toBe('Hello you');
    expect(await call()).toBe('Hello you');
  });

  it('comes from the node when the command is run from the menu of a tree', async () => {
    const { call } = setup(greet);
    expect(await call(new TreeElement({ id: 'x', kind: 'thing', label: 'Grace' }, undefined))).toBe('Hello Grace');
  });

  it('is not taken from other things that VS Code passes', async () => {
    class Resource {
      readonly name = 'Mallory';
    }
    const { call } = setup(greet);
    expect(await call(new Resource())).toBe('Hello you');
  });
});

describe('a failure', () => {
  const failure = new PlaygroundError('port', 'Port 8081 is in use.', { remedy: 'Free it.', detail: 'by nc' });

  it('is shown once, with its remedy and the ways to more', async () => {
    const { call, errors, press, opened } = setup(() => Promise.reject(failure));
    expect(await call()).toBeUndefined();
    expect(errors).toEqual([{ message: 'Port 8081 is in use. Free it.', buttons: ['Show Details', 'Show Log'] }]);
    press('Show Details');
    press('Show Log');
    expect(opened).toEqual(['Port 8081 is in use.: by nc', 'log']);
  });

  it('goes to a caller that wants it, and is then not shown', async () => {
    const { call, errors } = setup(() => Promise.reject(failure));
    await expect(call({ onError: 'throw' })).rejects.toBe(failure);
    expect(errors).toEqual([]);
  });

  it('that is a thrown text is shown, too', async () => {
    const { call, errors } = setup(() => Promise.reject('just a text'));
    await call();
    expect(errors[0]?.message).toContain('just a text');
  });

  it('of the person calling it off is silence', async () => {
    const { call, errors } = setup(() => Promise.reject(new DOMException('off', 'AbortError')));
    expect(await call()).toBeUndefined();
    expect(errors).toEqual([]);
  });
});

describe('a second press', () => {
  it('while the same command runs is answered by the run under way', async () => {
    let runs = 0;
    let finish: (value: string) => void = () => undefined;
    const { call, hints } = setup(() => {
      runs += 1;
      return new Promise((resolve) => {
        finish = resolve;
      });
    });
    const both = Promise.all([call({ name: 'Ada' }), call({ name: 'Ada' })]);
    await expect.poll(() => runs).toBe(1);
    finish('done');
    expect(await both).toEqual(['done', 'done']);
    expect(runs).toBe(1);
    expect(hints).toHaveLength(1);
  });

  it('with another argument is a run of its own', async () => {
    const { call, hints } = setup(greet);
    expect(await Promise.all([call({ name: 'Ada' }), call({ name: 'Grace' })])).toEqual(['Hello Ada', 'Hello Grace']);
    expect(hints).toEqual([]);
  });

  it('after the first has ended runs anew, also after a failure', async () => {
    let runs = 0;
    const { call } = setup(() => {
      runs += 1;
      return runs === 1 ? Promise.reject(new Error('first')) : Promise.resolve('second');
    });
    await call();
    expect(await call()).toBe('second');
  });

  it('of a run that fails shows the failure once', async () => {
    const { call, errors } = setup(() => Promise.reject(new Error('no')));
    await Promise.all([call(), call()]);
    expect(errors).toHaveLength(1);
  });
});

describe('handlers that cannot be loaded', () => {
  const broken = new Error('The bundle is missing.');

  it('are a failure like any other', async () => {
    const { call, errors } = setup(greet, () => Promise.reject(broken));
    expect(await call()).toBeUndefined();
    expect(errors.map(({ message }) => message)).toEqual(['The bundle is missing.']);
    await expect(call({ onError: 'throw' })).rejects.toBe(broken);
  });

  it('are tried again by the next press', async () => {
    let attempts = 0;
    const { call } = setup(greet, () => {
      attempts += 1;
      if (attempts === 1) return Promise.reject(broken);
      return Promise.resolve({ greet: { parse: () => ({}), run: greet } });
    });
    await call();
    expect(await call()).toBe('Hello you');
  });
});
