import * as vscode from 'vscode';
import type { Engine } from '../core/engineApi';
import { DisposableStore, type Disposable } from '../core/util/disposable';
import { describeStatus } from './statusText';

/** A low number: the item stands behind those that everybody needs. */
const priority = 10;

/** The one status bar item, shown while there is a playground to speak of. */
export function statusBar(engine: Engine, containerId: string): Disposable {
  const owned = new DisposableStore();
  const item = owned.add(
    vscode.window.createStatusBarItem(`${containerId}.status`, vscode.StatusBarAlignment.Left, priority),
  );
  item.name = vscode.l10n.t('Flink Playground');
  item.command = `workbench.view.extension.${containerId}`;
  let shown = '';
  const update = (): void => {
    const status = describeStatus(engine.environment.snapshot.value, engine.ledger.value);
    const next = JSON.stringify(status ?? '');
    if (next === shown) return;
    shown = next;
    if (status === undefined) {
      item.hide();
      return;
    }
    item.text = status.text;
    item.tooltip = new vscode.MarkdownString(status.tooltip);
    item.accessibilityInformation = { label: status.accessibilityLabel };
    item.backgroundColor =
      status.tone === 'normal' ? undefined : new vscode.ThemeColor(`statusBarItem.${status.tone}Background`);
    item.show();
  };
  owned.add(engine.environment.snapshot.onDidChange(update));
  owned.add(engine.ledger.onDidChange(update));
  update();
  return owned;
}
