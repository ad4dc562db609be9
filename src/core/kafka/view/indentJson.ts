const indentation = '  ';
/** Deeper lines would be wider than any screen, and their spaces more than the text. */
const deepest = 100;

/**
 * JSON with a line for each field and element. Numbers, strings and names stay as they are written, so that nothing is
 * rounded, reordered or left out. The text must be JSON; it may be nested as deep as it likes.
 */
export function indentJson(json: string): string {
  const parts: string[] = [];
  let depth = 0;
  const line = (): void => {
    parts.push('\n', indentation.repeat(Math.min(depth, deepest)));
  };
  const tokens = /"(?:[^"\\]|\\.)*"|[^\s"{}[\]:,]+|[{}[\]:,]/gs;
  let previous = '';
  for (const [token] of json.matchAll(tokens)) {
    const opens = previous === '{' || previous === '[';
    if (token === '}' || token === ']') {
      depth -= 1;
      if (!opens) line();
    } else if (opens || previous === ',') {
      line();
    }
    parts.push(token === ':' ? ': ' : token);
    if (token === '{' || token === '[') depth += 1;
    previous = token;
  }
  return parts.join('');
}
