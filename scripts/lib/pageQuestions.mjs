// What tests in the extension host may ask about the page, which they cannot see from there.

/**
 * @typedef {{ kind: 'text', text: string, timeoutMs: number }
 *   | { kind: 'webviewPolicy', timeoutMs: number }
 *   | { kind: 'activationTime', extension: string, timeoutMs: number }} Question
 */

/**
 * @param {import('playwright-core').Page} page
 * @param {Question} question
 * @returns {Promise<{ value?: string | boolean, error?: string }>}
 */
export async function answer(page, question) {
  try {
    return { value: await valueOf(page, question) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * @param {import('playwright-core').Page} page
 * @param {Question} question
 * @returns {Promise<string | boolean>}
 */
async function valueOf(page, question) {
  if (question.kind === 'activationTime') return activationTime(page, question.extension, question.timeoutMs);
  if (question.kind === 'webviewPolicy') return policyOfWebview(page, Date.now() + question.timeoutMs);
  await page.getByText(question.text).first().waitFor({ state: 'visible', timeout: question.timeoutMs });
  return true;
}

/**
 * The editor "Running Extensions" shows what the extension host itself measured: loading the code, and `activate`. Its list has
 * only the rows on the screen, the slowest first, so it is scrolled.
 * @param {import('playwright-core').Page} page
 * @param {string} extension
 * @param {number} timeoutMs
 * @returns {Promise<string>}
 */
async function activationTime(page, extension, timeoutMs) {
  const rows = page.locator('.runtime-extensions-editor .monaco-list-row');
  await rows.first().hover({ timeout: timeoutMs });
  const row = rows.filter({ hasText: extension });
  const deadline = Date.now() + timeoutMs;
  while ((await row.count()) === 0 && Date.now() < deadline) {
    await page.mouse.wheel(0, 200);
    await page.waitForTimeout(100);
  }
  return (await row.locator('.activation-time').first().textContent({ timeout: 1000 })) ?? '';
}

/**
 * @param {import('playwright-core').Page} page
 * @param {number} deadline milliseconds since the epoch
 * @returns {Promise<string>} the Content Security Policy of the first webview's own document
 */
async function policyOfWebview(page, deadline) {
  const selector = 'meta[http-equiv="Content-Security-Policy"]';
  while (Date.now() < deadline) {
    for (const frame of page.frames()) {
      // VS Code's own frame around the document is `index.html`; the document is the frame within.
      if (!frame.url().includes('fake.html')) continue;
      const policy = await frame.locator(selector).first().getAttribute('content', { timeout: 500 }).catch(nothing);
      if (policy) return policy;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(
    `No webview with a policy was seen among ${page
      .frames()
      .map((frame) => frame.url())
      .join(', ')}`,
  );
}

function nothing() {
  return undefined;
}
