import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** As `scripts/lib/pageQuestions.mjs` answers it. */
type Question =
  | { readonly kind: 'text'; readonly text: string; readonly timeoutMs: number }
  | { readonly kind: 'webviewPolicy'; readonly timeoutMs: number }
  | { readonly kind: 'activationTime'; readonly extension: string; readonly timeoutMs: number };

interface Answer {
  readonly value?: unknown;
  readonly error?: string;
}

let asked = 0;

/** False in a desktop run, where nobody looks at the page: tests that need it are skipped there. */
export function hasPage(): boolean {
  return process.env['FLINK_PLAYGROUND_TEST_QUESTIONS'] !== undefined;
}

/** Waits until the workbench shows the text. @throws Error when it does not in time. */
export async function seesText(text: string, timeoutMs = 30_000): Promise<void> {
  await ask({ kind: 'text', text, timeoutMs });
}

/** The Content Security Policy of the webview that is open. */
export async function policyOfWebview(timeoutMs = 30_000): Promise<string> {
  return String(await ask({ kind: 'webviewPolicy', timeoutMs }));
}

/**
 * What the editor "Running Extensions", which is open, says of an extension's activation: "Activation: 12ms".
 * @param extension a part of the extension's title or id
 */
export async function activationText(extension: string, timeoutMs = 30_000): Promise<string> {
  return String(await ask({ kind: 'activationTime', extension, timeoutMs }));
}

async function ask(question: Question): Promise<unknown> {
  const folder = process.env['FLINK_PLAYGROUND_TEST_QUESTIONS'];
  if (folder === undefined) throw new Error('Nobody looks at the page in this run.');
  asked += 1;
  const file = join(folder, `${asked}.question.json`);
  writeFileSync(`${file}.partial`, JSON.stringify(question));
  renameSync(`${file}.partial`, file);
  const answerFile = join(folder, `${asked}.answer.json`);
  const deadline = Date.now() + question.timeoutMs + 5000;
  while (!existsSync(answerFile)) {
    if (Date.now() > deadline) throw new Error(`Nobody answered the question about ${JSON.stringify(question)}.`);
    await delay(50);
  }
  const answer = parseAnswer(readFileSync(answerFile, 'utf8'));
  if (answer.error !== undefined) throw new Error(answer.error);
  return answer.value;
}

function parseAnswer(text: string): Answer {
  const parsed: Answer = JSON.parse(text);
  return parsed;
}
