/** The shells for which command lines are written: every POSIX shell, and PowerShell of any version. */
export type ShellKind = 'posix' | 'powershell';

/** Characters that a terminal acts on instead of showing: what is pasted must not run before the person has read it. */
const control = /\p{Cc}/u;

/** One word of a command line, so that the shell passes exactly this text to the program. */
export function quoteWord(word: string, shell: ShellKind): string {
  return shell === 'posix' ? quotePosix(word) : quotePowerShell(word);
}

function quotePosix(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (!control.test(word)) return inPosixQuotes(word);
  const escaped = Array.from(word, (character) => {
    if (control.test(character)) return String.raw`\x${hex(character)}`;
    return character === "'" || character === '\\' ? `\\${character}` : character;
  });
  return `$'${escaped.join('')}'`;
}

/** A word of a script that no terminal shows: single quotes keep everything as it is, also control characters. */
export function inPosixQuotes(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * PowerShell ends a text in single quotes at any of five characters, and doubles them to mean themselves. It has no escape for
 * control characters there, so those are put in by their number.
 */
function quotePowerShell(word: string): string {
  if (/^[A-Za-z0-9_./:\\=+-]+$/.test(word) && !word.startsWith('-')) return word;
  if (/^--?[A-Za-z][A-Za-z-]*$/.test(word)) return word;
  if (!control.test(word)) return inPowerShellQuotes(word);
  const parts = word.split(/(\p{Cc})/u).filter((part) => part !== '');
  return `(${parts.map((part) => (control.test(part) ? `[char]0x${hex(part)}` : inPowerShellQuotes(part))).join(' + ')})`;
}

function inPowerShellQuotes(text: string): string {
  return `'${text.replaceAll(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`;
}

function hex(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).padStart(2, '0');
}
