import type { JobException } from '../../shared/model/jobReads';

/** The last "Caused by" of a stack trace: what happened, where the first line says only that something did. */
export function rootCause({ name, stackTrace }: JobException): { readonly label: string; readonly message: string } {
  const lines = stackTrace.split(/\r?\n/);
  const last =
    lines.findLast((line) => line.startsWith('Caused by: '))?.slice('Caused by: '.length) ?? lines[0] ?? name;
  const [, type = name, message = ''] = /^([\w.$]+)(?::\s*(.*))?$/.exec(last) ?? [];
  return { label: type.slice(type.lastIndexOf('.') + 1), message: message.trim() };
}
