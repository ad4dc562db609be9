import * as vscode from 'vscode';
import { plainText } from './describeError';

/** A button of a notification. */
export interface NotificationAction {
  readonly title: string;
  run(): void;
}

export interface ProgressReport {
  readonly message: string;
  /** Percent that this report adds. */
  readonly increment?: number;
}

/** Tells the person something. Texts may hold foreign names; links in them are made harmless. */
export interface Notifications {
  error(message: string, actions: readonly NotificationAction[]): void;
  info(message: string, actions: readonly NotificationAction[]): void;
  /** A few words in the status bar that go away by themselves. */
  hint(message: string): void;
  /** Shows cancellable progress in a notification and the thin bar of a view, until the work ends. */
  progress<T>(
    title: string,
    viewId: string,
    work: (report: (report: ProgressReport) => void, signal: AbortSignal) => Promise<T>,
  ): Promise<T>;
}

const hintMs = 4000;

/** The editor's notifications. */
export const editorNotifications: Notifications = {
  error(message, actions) {
    void offer(vscode.window.showErrorMessage(plainText(message), ...actions.map(({ title }) => title)), actions);
  },
  info(message, actions) {
    void offer(vscode.window.showInformationMessage(plainText(message), ...actions.map(({ title }) => title)), actions);
  },
  hint(message) {
    vscode.window.setStatusBarMessage(message, hintMs);
  },
  progress(title, viewId, work) {
    const { Notification } = vscode.ProgressLocation;
    return Promise.resolve(
      vscode.window.withProgress({ location: Notification, title, cancellable: true }, async (progress, token) => {
        const controller = new AbortController();
        const subscription = token.onCancellationRequested(() => controller.abort());
        const done = work(({ message, increment }) => {
          progress.report({ message: plainText(message), ...(increment === undefined ? {} : { increment }) });
        }, controller.signal);
        void vscode.window.withProgress({ location: { viewId } }, () => done.then(ignore, ignore));
        try {
          return await done;
        } finally {
          subscription.dispose();
        }
      }),
    );
  },
};

function ignore(): void {
  // The view's bar ends with the work, however it ends.
}

async function offer(shown: Thenable<string | undefined>, actions: readonly NotificationAction[]): Promise<void> {
  const title = await shown;
  actions.find((action) => action.title === title)?.run();
}
