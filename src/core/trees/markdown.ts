const maxLength = 500;
/** Side bars are seldom wider, and VS Code gets every row anew with each change. */
const longestLabel = 200;
/** One line of text of which nothing has to be left out, as nearly all are. */
const plain = /^(?:[!-~·–…]| (?! ))*$/;

/**
 * Foreign text as text in Markdown: no link, no formatting, no HTML and no icon comes of it, on one line and not too long.
 * `$(name)` gets a backslash of its own, because VS Code looks for icons after it has read the Markdown.
 */
export function escapeMarkdown(text: string): string {
  const short = oneLine(text, maxLength);
  const withoutIcons = short.includes('$(') ? short.replace(/\$(?=\()/g, '\\$') : short;
  return withoutIcons.replace(/[!-/:-@[-`{-~]/g, '\\$&');
}

/** Foreign text for a row: on one line, without characters that cannot be seen or turn the direction, and not too long. */
export function oneLine(text: string, most = longestLabel): string {
  const line = plain.test(text) ? text.trim() : text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return line.length <= most ? line : `${line.slice(0, most)} …`;
}

/** A tooltip: a title and lines below it, in Markdown that is escaped already. */
export function tooltip(title: string, lines: readonly (string | undefined)[]): string {
  return [`**${title}**`, ...lines.filter((line) => line !== undefined && line !== '')].join('\n\n');
}

/** The parts that say something, with a dot between them: the form of all descriptions. */
export function dotted(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' · ');
}
