import * as l10n from '@vscode/l10n';
import type { TailRow } from '../../shared/protocol/topicPanel';
import type { Gap } from './gateway';
import type { RecordRing } from './recordRing';
import { previewText, type CutText } from './recordText';
import type { RecordHeader } from './records/recordBatch';
import { fieldText, parseFields } from './view/jsonFields';

/** A row of the ring as a page shows it, with texts of up to `maxLength` bytes. The row must be kept. */
export function rowOf(ring: RecordRing, seq: number, maxLength: number, fields: readonly string[] = []): TailRow {
  const common = {
    seq,
    partition: ring.partitionOf(seq),
    offset: ring.offsetOf(seq).toString(),
    timestamp: ring.timestampOf(seq),
  };
  const gap = ring.gap(seq);
  if (gap !== undefined) {
    const { to, missing, cause } = gap;
    return {
      ...common,
      key: null,
      value: gapText(gap),
      keyCut: false,
      valueCut: false,
      gap: { to: to.toString(), missing: missing.toString(), cause },
    };
  }
  const record = ring.get(seq);
  const key = preview(record?.key ?? null, maxLength);
  const value = preview(record?.value ?? null, maxLength);
  const headers = record?.headers() ?? [];
  return {
    ...common,
    key: key?.text ?? null,
    value: value?.text ?? null,
    keyCut: key?.cut ?? false,
    valueCut: value?.cut ?? false,
    ...(headers.length === 0 ? {} : { headers: headersText(headers, maxLength) }),
    ...(fields.length === 0 ? {} : { fields: fieldTexts(record?.value ?? null, fields, maxLength) }),
  };
}

/** What a gap means, in words. */
function gapText({ missing, cause }: Gap): string {
  if (cause === 'recreated') return l10n.t('The topic was made anew. Reading goes on at its beginning.');
  if (cause === 'deleted') {
    return missing === 1n
      ? l10n.t('1 record was deleted before it could be read.')
      : l10n.t('{0} records were deleted before they could be read.', missing.toString());
  }
  return missing === 1n
    ? l10n.t('1 record is not kept any more: the topic is compacted.')
    : l10n.t('{0} records are not kept any more: the topic is compacted.', missing.toString());
}

function preview(bytes: Uint8Array | null, maxLength: number): CutText | undefined {
  return bytes === null ? undefined : previewText(bytes, maxLength);
}

function fieldTexts(value: Uint8Array | null, names: readonly string[], maxLength: number): (string | null)[] {
  const fields = value === null ? undefined : parseFields(value);
  return names.map((name) => {
    const text = fields && fieldText(fields, name);
    return text === undefined ? null : previewText(Buffer.from(text), maxLength).text;
  });
}

function headersText(headers: readonly RecordHeader[], maxLength: number): string {
  let text = '';
  for (const { name, value } of headers) {
    const shown = preview(value, maxLength)?.text ?? 'null';
    text += `${text === '' ? '' : ', '}${previewText(name, maxLength).text}: ${shown}`;
    if (text.length >= maxLength) return text.slice(0, maxLength);
  }
  return text;
}
