import * as vscode from 'vscode';
import type { Disposable } from '../core/util/disposable';
import { Emitter } from '../core/util/emitter';
import { settingNames, settingsReader, type SettingName, type SettingsReader, type SettingTypes } from './settings';

/** The person's settings, read when they are asked for, and the news of a change. */
export class Configuration implements Disposable {
  readonly get: SettingsReader;
  readonly #changed = new Emitter<SettingName>();
  /** Fires once per setting that a change may have touched. */
  readonly onDidChange = this.#changed.event;
  readonly #subscription: vscode.Disposable;

  constructor(private readonly section: string) {
    this.get = settingsReader((name) => vscode.workspace.getConfiguration(section).get<unknown>(name));
    this.#subscription = vscode.workspace.onDidChangeConfiguration((event) => {
      for (const name of settingNames) if (event.affectsConfiguration(`${section}.${name}`)) this.#changed.fire(name);
    });
  }

  /**
   * Sets one for the person, where the value that counts now comes from: in the workspace's settings when they have one, else in
   * the person's own.
   */
  async update<K extends SettingName>(name: K, value: SettingTypes[K]): Promise<void> {
    const configuration = vscode.workspace.getConfiguration(this.section);
    const inWorkspace = configuration.inspect(name)?.workspaceValue !== undefined;
    const { Global, Workspace } = vscode.ConfigurationTarget;
    await configuration.update(name, value, inWorkspace ? Workspace : Global);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}
