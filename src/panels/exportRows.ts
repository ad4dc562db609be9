import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { describeError, isCancellation } from '../host/describeError';
import type { Notifications } from '../host/notifications';
import { askWhere } from '../host/saveFile';
import { formatCount } from '../shared/format/numbers';
import type { TailExportChunk, TailExportFormat } from '../shared/protocol/topicPanel';
import { viewIds } from '../commands/catalog';
import { writeExport } from './writeExport';

/** Asks for a file and writes a topic's rows into it, with the editor's progress and a way to call it off. Never rejects. */
export async function exportRows(
  topic: string,
  format: TailExportFormat,
  chunks: () => AsyncIterable<TailExportChunk>,
  notifications: Notifications,
): Promise<void> {
  const ending = format === 'csv' ? 'csv' : 'jsonl';
  const filters = format === 'csv' ? { CSV: ['csv'] } : { 'JSON Lines': ['jsonl', 'ndjson'] };
  const target = await askWhere(`${topic}.${ending}`, filters);
  if (target === undefined) return;
  if (target.scheme !== 'file') {
    notifications.error(l10n.t('Rows can be exported to a file of this machine only.'), []);
    return;
  }
  const locale = vscode.env.language;
  try {
    const { rows, lost } = await notifications.progress(
      l10n.t('Exporting {0}', topic),
      viewIds.topics,
      (report, signal) => {
        let percent = 0;
        return writeExport(
          target.fsPath,
          chunks(),
          (done, total) => {
            const now = total === 0 ? 100 : (done / total) * 100;
            report({ message: l10n.t('{0} rows', formatCount(done, locale)), increment: now - percent });
            percent = now;
          },
          signal,
        );
      },
    );
    const said = l10n.t('{0} rows were exported.', formatCount(rows, locale));
    const dropped =
      lost === 0 ? '' : ` ${l10n.t('{0} more were dropped before it was their turn.', formatCount(lost, locale))}`;
    const show = { title: l10n.t('Open File'), run: () => void vscode.commands.executeCommand('vscode.open', target) };
    notifications.info(said + dropped, [show]);
  } catch (error) {
    if (!isCancellation(error)) notifications.error(describeError(error).message, []);
  }
}
