import * as l10n from '@vscode/l10n';
import type { TopicPanelStrings } from '../shared/protocol/topicPanel';

/** The texts of the page; a webview has no localisation of its own. */
export function topicPanelStrings(): TopicPanelStrings {
  return {
    pause: l10n.t('Pause'),
    resume: l10n.t('Resume'),
    clear: l10n.t('Clear'),
    follow: l10n.t('Follow'),
    newRecords: l10n.t('{0} new', '{0}'),
    copyValue: l10n.t('Copy Value'),
    columnTime: l10n.t('Time'),
    columnPartition: l10n.t('Partition'),
    columnOffset: l10n.t('Offset'),
    columnKey: l10n.t('Key'),
    columnValue: l10n.t('Value'),
    empty: l10n.t('No records yet.'),
    live: l10n.t('Live'),
    connecting: l10n.t('Connecting'),
    reconnecting: l10n.t('Reconnecting'),
    paused: l10n.t('Paused'),
    ended: l10n.t('Ended'),
    failed: l10n.t('Failed'),
    copied: l10n.t('The value is on the clipboard.'),
    records: l10n.t('{0} records', '{0}'),
    kept: l10n.t('{0} of {1} kept', '{0}', '{1}'),
    rate: l10n.t('{0}/s', '{0}'),
    noKey: l10n.t('no key'),
    tombstone: l10n.t('tombstone'),
    truncated: l10n.t('cut to the size that the settings allow'),
    tableLabel: l10n.t('Records of the topic'),
  };
}
