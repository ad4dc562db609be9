import type { CommandServices } from '../../../src/commands/services';
import type { Engine } from '../../../src/core/engineApi';
import { silentLogger } from '../../../src/core/util/logger';
import { ContextKeys } from '../../../src/host/contextKeys';
import { LazyService } from '../../../src/host/lazyService';
import type { Notifications } from '../../../src/host/notifications';
import { settingsReader, type SettingName } from '../../../src/host/settings';
import type { ConfirmOptions, PickItem, UserInput } from '../../../src/host/userInput';

export interface CommandServicesDouble {
  readonly services: CommandServices;
  /** Questions as the person saw them. */
  readonly asked: string[];
  readonly hints: string[];
  /** What stood below the questions whether to go on. */
  readonly details: string[];
  /** Texts of notifications that are no errors. */
  readonly infos: string[];
  readonly context: Map<string, unknown>;
}

/** What handlers work with, and a person who answers as the script says: labels to pick, texts to type (`Enter` takes what is
 * proposed), `yes` or `no`, or nothing for Escape. */
export function commandServices(
  engine: Engine,
  answers: readonly (string | readonly string[] | undefined)[] = [],
  settings: Partial<Record<SettingName, unknown>> = {},
): CommandServicesDouble {
  const script = [...answers];
  const asked: string[] = [];
  const hints: string[] = [];
  const infos: string[] = [];
  const details: string[] = [];
  const context = new Map<string, unknown>();
  const valueOf = <T>(items: readonly PickItem<T>[], label: string): T => {
    const item = items.find((candidate) => candidate.label === label);
    if (item === undefined) throw new Error(`${label} was not among ${items.map((each) => each.label).join(', ')}.`);
    return item.value;
  };
  const input: UserInput = {
    confirm: ({ message, detail }: ConfirmOptions) => {
      asked.push(message);
      details.push(detail);
      return Promise.resolve(script.shift() === 'yes');
    },
    pick: (items, { placeholder }) => {
      asked.push(placeholder);
      const label = script.shift();
      details.push(
        ...items.flatMap((item) => (item.label === label && item.detail !== undefined ? [item.detail] : [])),
      );
      return Promise.resolve(typeof label === 'string' ? valueOf(items, label) : undefined);
    },
    pickMany: (items, { placeholder }) => {
      asked.push(placeholder);
      const labels = script.shift();
      return Promise.resolve(Array.isArray(labels) ? labels.map((label: string) => valueOf(items, label)) : undefined);
    },
    // What is refused is asked for again, as the input box does.
    text: async ({ prompt, value, validate }) => {
      asked.push(prompt);
      for (;;) {
        const typed = script.shift();
        const text = typed === 'Enter' ? value : typed;
        if (typeof text !== 'string') return undefined;
        const problem = await validate?.(text);
        if (problem === undefined) return text;
        asked.push(problem);
      }
    },
    file: ({ action }) => {
      asked.push(action);
      const path = script.shift();
      return Promise.resolve(typeof path === 'string' ? path : undefined);
    },
  };
  const notifications: Notifications = {
    error: () => undefined,
    info: (message) => infos.push(message),
    hint: (message) => hints.push(message),
    progress: (_title, _viewId, work) => work(() => undefined, new AbortController().signal),
  };
  const services: CommandServices = {
    engines: new LazyService(() => Promise.resolve(engine)),
    settings: settingsReader((name) => settings[name]),
    contextKeys: new ContextKeys((name, value) => context.set(name, value)),
    notifications,
    input,
    logger: silentLogger,
  };
  return { services, asked, hints, infos, details, context };
}
