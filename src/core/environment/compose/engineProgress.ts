/** Control sequences of terminals, as programs print them even where no terminal is. */
// oxlint-disable-next-line no-control-regex
const controls = /\u001B\[[0-9;?]*[ -/]*[@-~]|[\u0000-\u0008\u000B-\u001F\u007F]/g;

const longestWords = 80;

/** Turns the lines of a pull, a build or an `up` into a few words, the newest line each; lines that say nothing are left out. */
export function composeProgress(report: (words: string) => void): (line: string) => void {
  return (line) => {
    const words = line
      .replaceAll(controls, '')
      .replace(/^#\d+ (?:\[[^\]]*\] )?/, '')
      .replace(/^time="[^"]*" level=\w+ msg=/, '')
      .trim();
    if (words === '' || /^(DONE|CACHED|sha256:|\.\.\.)/.test(words)) return;
    report(words.length <= longestWords ? words : `${words.slice(0, longestWords)}…`);
  };
}
