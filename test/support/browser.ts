import type { Browser } from 'playwright-core';
import { launchBrowser as launch } from '../../scripts/lib/browser.mjs';

/**
 * Starts headless Chromium: `CHROMIUM_PATH`, an installed one, or the one of npm. The caller closes it.
 * With `PWDEBUG` set it is shown.
 */
export function launchBrowser(): Promise<Browser> {
  return launch({ headless: process.env['PWDEBUG'] === undefined });
}
