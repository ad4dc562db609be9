import * as vscode from 'vscode';
import { keptOpen } from './keptOpen';

export interface PickItem<T> {
  readonly label: string;
  /** The current value or state. */
  readonly description?: string;
  readonly detail?: string;
  readonly codicon?: string;
  readonly picked?: boolean;
  readonly value: T;
}

export interface PickOptions {
  readonly placeholder: string;
  readonly title?: string;
  /** What is typed is looked for in the details too. */
  readonly matchOnDetail?: boolean;
}

export interface ConfirmOptions {
  readonly message: string;
  /** Names exactly what is destroyed. */
  readonly detail: string;
  /** The words on the button that does it. */
  readonly action: string;
}

export interface TextOptions {
  readonly prompt: string;
  readonly title?: string;
  /** What stands there at first, selected, so that Enter takes it. */
  readonly value?: string;
  readonly placeholder?: string;
  /** A sentence on what is wrong with what was typed; `undefined` when it can be taken. */
  readonly validate?: (text: string) => string | undefined | Promise<string | undefined>;
}

export interface FileOptions {
  /** The words on the button that takes the file. */
  readonly action: string;
  /** What files of this kind are called, and how their names end. */
  readonly kind: string;
  readonly ending: string;
}

/** Asks the person. A port, because modal dialogs throw in extension tests. `undefined`: called off. */
export interface UserInput {
  confirm(options: ConfirmOptions): Promise<boolean>;
  pick<T>(items: readonly PickItem<T>[], options: PickOptions): Promise<T | undefined>;
  pickMany<T>(items: readonly PickItem<T>[], options: PickOptions): Promise<readonly T[] | undefined>;
  text(options: TextOptions): Promise<string | undefined>;
  /** A file of this machine; its absolute path. */
  file(options: FileOptions): Promise<string | undefined>;
}

/** The editor's own dialogs and quick picks. */
export const editorInput: UserInput = {
  async confirm({ message, detail, action }) {
    return (await vscode.window.showWarningMessage(message, { modal: true, detail }, action)) === action;
  },
  async pick(items, { placeholder, title, matchOnDetail = false }) {
    const options = { placeHolder: placeholder, matchOnDetail, ...(title === undefined ? {} : { title }) };
    return (await keptOpen(() => vscode.window.showQuickPick(items.map(quickPickItem), options)))?.value;
  },
  async pickMany(items, { placeholder, title }) {
    const options = { placeHolder: placeholder, canPickMany: true as const, ...(title === undefined ? {} : { title }) };
    const chosen = await keptOpen(() => vscode.window.showQuickPick(items.map(quickPickItem), options));
    return chosen?.map((item) => item.value);
  },
  async text({ prompt, title, value, placeholder, validate }) {
    return vscode.window.showInputBox({
      prompt,
      ignoreFocusOut: true,
      ...(title === undefined ? {} : { title }),
      ...(value === undefined ? {} : { value }),
      ...(placeholder === undefined ? {} : { placeHolder: placeholder }),
      ...(validate === undefined ? {} : { validateInput: validate }),
    });
  },
  async file({ action, kind, ending }) {
    const [file] =
      (await vscode.window.showOpenDialog({
        openLabel: action,
        filters: { [kind]: [ending] },
        canSelectMany: false,
      })) ?? [];
    return file?.fsPath;
  },
};

function quickPickItem<T>(item: PickItem<T>): vscode.QuickPickItem & { readonly value: T } {
  const { label, value, codicon, description, detail, picked } = item;
  return {
    label,
    value,
    ...(codicon === undefined ? {} : { iconPath: new vscode.ThemeIcon(codicon) }),
    ...(description === undefined ? {} : { description }),
    ...(detail === undefined ? {} : { detail }),
    ...(picked === undefined ? {} : { picked }),
  };
}
