import * as vscode from 'vscode';
import type { Disposable } from '../core/util/disposable';

const scheme = 'flink-playground';
/** Details are looked at once; a few are kept for tabs that are still open. */
const keptDocuments = 20;

/** Shows texts that are too long for a notification as read-only documents. */
export class ReadOnlyDocuments implements vscode.TextDocumentContentProvider, Disposable {
  readonly #texts = new Map<string, string>();
  readonly #registration: vscode.Disposable;
  #count = 0;

  constructor() {
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? '';
  }

  async show(name: string, text: string): Promise<void> {
    this.#count += 1;
    const uri = vscode.Uri.from({ scheme, path: `/${this.#count}/${name}` });
    this.#texts.set(uri.toString(), text);
    const oldest = this.#texts.keys().next();
    if (this.#texts.size > keptDocuments && oldest.done !== true) this.#texts.delete(oldest.value);
    await vscode.window.showTextDocument(uri, { preview: true });
  }

  dispose(): void {
    this.#registration.dispose();
    this.#texts.clear();
  }
}
