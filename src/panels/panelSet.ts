import * as vscode from 'vscode';
import type { Engine } from '../core/engineApi';
import type { ReadableStore } from '../core/state/store';
import { DisposableStore, type Disposable } from '../core/util/disposable';
import { messageOf } from '../core/util/errors';
import type { Logger } from '../core/util/logger';
import type { LazyService } from '../host/lazyService';
import { connectPage, sendWhileVisible, type Bridge } from '../host/webviewBridge';
import { showPage, webviewOptions } from '../host/webviewPanel';

const maxErrorLength = 2000;

/** What panels of every kind need of the editor. */
export interface PanelSetServices {
  readonly extensionUri: vscode.Uri;
  readonly engines: Pick<LazyService<Engine>, 'get'>;
  readonly logger: Logger;
}

/** What is behind a panel; lives as long as the panel does. */
export interface PanelContent extends Disposable {
  /** What the page can call, but for `reportError`, which is the same for all pages. */
  readonly host: object;
  /** What the page follows while it can be seen. */
  readonly state: ReadableStore<unknown>;
  /** Told at first and with every change; absent where it makes no difference. */
  setVisible?(visible: boolean): void;
}

/** A panel whose content is about to be made. */
export interface PanelOpening {
  readonly engine: Engine;
  /** Loads the page anew; the first time happens by itself. */
  readonly loadPage: () => void;
  /** The panel shows another subject from now on, by its key. */
  readonly setKey: (key: string) => void;
  /** The page failed, or what it shows could not be read; goes to the log. */
  readonly onPageError: (message: string) => void;
  /** What the person asked for did not work; goes to the log and to the person. */
  readonly onFailure: (error: unknown) => void;
}

type PageOf<Page extends object> = Bridge<Page, object>['page'];

/** What the panels of one kind have in common. A subject is what a panel is of, with how it is shown at first. */
export interface PanelKind<Subject, Content extends PanelContent, Page extends object> {
  /** By which VS Code knows them; one of the catalogue's. */
  readonly type: string;
  /** The page's folder in `media/webviews`. */
  readonly page: string;
  /** `graph` of `media/graph-light.svg` and `media/graph-dark.svg`. */
  readonly icon: string;
  /** The editor's own search is there. */
  readonly hasFind?: boolean;
  /** There is one panel for each key. */
  readonly keyOf: (subject: Subject) => string;
  readonly titleOf: (subject: Subject) => string;
  /** The subject after "The page of", for the log. */
  readonly inLog: (subject: Subject) => string;
  /** The subject of what a page kept of itself, which may be anything; `undefined` when there is none. */
  readonly restored: (state: unknown, title: string) => Subject | undefined;
  readonly make: (subject: Subject, opening: PanelOpening) => Content;
  /** Tells the page of its new state. */
  readonly send: (page: PageOf<Page>, content: Content, panel: vscode.WebviewPanel) => Promise<void>;
}

/** A panel with its content. */
export interface FilledPanel<Content, Page extends object> {
  readonly content: Content;
  /** Sends an event to the page; one that is not there, or not any more, does not hear of it. */
  tell(send: (page: PageOf<Page>) => Promise<void>): void;
}

interface OpenPanel<Content, Page extends object> {
  key: string;
  /** What ends with the panel. */
  readonly owned: DisposableStore;
  /** Absent while the engine is waited for. */
  filled?: FilledPanel<Content, Page>;
}

/**
 * The panels of one kind that are open, one for each subject, which come back after a reload of the window. A panel has its
 * content when the engine is there, and is closed where that fails.
 */
export class PanelSet<Subject, Content extends PanelContent, Page extends object>
  implements vscode.WebviewPanelSerializer, Disposable
{
  readonly #panels = new Map<vscode.WebviewPanel, OpenPanel<Content, Page>>();

  constructor(
    private readonly services: PanelSetServices,
    private readonly kind: PanelKind<Subject, Content, Page>,
  ) {}

  get type(): string {
    return this.kind.type;
  }

  /**
   * Shows the subject's panel, which is made when it is not there.
   * @returns the panel; `undefined` when it has no content yet, or was closed before it had one.
   * @throws what the loading of the engine throws.
   */
  async open(subject: Subject): Promise<FilledPanel<Content, Page> | undefined> {
    const { type, titleOf, keyOf, hasFind = false } = this.kind;
    const shown = this.#find(keyOf(subject));
    if (shown !== undefined) {
      const [panel, { filled }] = shown;
      panel.reveal();
      return filled;
    }
    const panel = vscode.window.createWebviewPanel(type, titleOf(subject), vscode.ViewColumn.Active, {
      ...webviewOptions(this.services.extensionUri),
      enableFindWidget: hasFind,
      retainContextWhenHidden: false,
    });
    return this.#fill(panel, subject);
  }

  /** Called with what the page kept of itself. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const subject = this.kind.restored(state, panel.title);
    if (subject === undefined || this.#find(this.kind.keyOf(subject)) !== undefined) panel.dispose();
    else await this.#fill(panel, subject);
  }

  dispose(): void {
    for (const panel of this.#panels.keys()) panel.dispose();
  }

  #find(key: string): readonly [vscode.WebviewPanel, OpenPanel<Content, Page>] | undefined {
    return Array.from(this.#panels).find(([, open]) => open.key === key);
  }

  async #fill(panel: vscode.WebviewPanel, subject: Subject): Promise<FilledPanel<Content, Page> | undefined> {
    const { extensionUri, engines } = this.services;
    const { icon, keyOf } = this.kind;
    const owned = new DisposableStore();
    const open: OpenPanel<Content, Page> = { key: keyOf(subject), owned };
    this.#panels.set(panel, open);
    panel.onDidDispose(() => {
      this.#panels.delete(panel);
      owned.dispose();
    });
    const iconFile = (theme: string): vscode.Uri => vscode.Uri.joinPath(extensionUri, 'media', `${icon}-${theme}.svg`);
    panel.iconPath = { light: iconFile('light'), dark: iconFile('dark') };
    let engine: Engine;
    try {
      engine = await engines.get();
    } catch (error) {
      panel.dispose();
      throw error;
    }
    if (owned.isDisposed) return undefined;
    open.filled = this.#connect(panel, open, subject, engine);
    return open.filled;
  }

  #connect(
    panel: vscode.WebviewPanel,
    open: OpenPanel<Content, Page>,
    subject: Subject,
    engine: Engine,
  ): FilledPanel<Content, Page> {
    const { extensionUri, logger } = this.services;
    const { kind } = this;
    const { owned } = open;
    const what = `The page of ${kind.inLog(subject)}`;
    const onPageError = (message: string): void => logger.error(`${what} failed: ${message}`);
    const loadPage = (): void => showPage(panel.webview, extensionUri, kind.page, panel.title);
    const content = owned.add(
      kind.make(subject, {
        engine,
        loadPage,
        setKey: (key) => {
          open.key = key;
        },
        onPageError,
        onFailure: (error) => {
          logger.error(`${what} asked for something that was not done.`, error);
          void vscode.window.showErrorMessage(messageOf(error));
        },
      }),
    );
    const host = {
      ...content.host,
      reportError: (message: unknown) => {
        onPageError(String(message).slice(0, maxErrorLength));
        return Promise.resolve();
      },
    };
    const { page } = owned.add(
      connectPage<Page, object>(panel.webview, host, (error) => logger.warn(`${what} was not answered.`, error)),
    );
    const filled: FilledPanel<Content, Page> = {
      content,
      tell: (send) => {
        send(page).catch((error: unknown) => logger.debug(String(error)));
      },
    };
    owned.add(panel.onDidChangeViewState(() => content.setVisible?.(panel.visible)));
    owned.add(sendWhileVisible(panel, content.state, () => filled.tell((page) => kind.send(page, content, panel))));
    content.setVisible?.(panel.visible);
    loadPage();
    return filled;
  }
}
