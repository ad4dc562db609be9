// The headless Chromium in which the tests look at pages and at VS Code.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { Failure } from './project.mjs';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Where distributions put a Chromium; `CHROMIUM_PATH` goes before them. */
const knownPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/**
 * Starts a browser; closing it is the caller's. Where none is installed, the one of `@sparticuz/chromium` is unpacked.
 * @param {{ headless?: boolean }} [options]
 * @returns {Promise<import('playwright-core').Browser>}
 */
export async function launchBrowser({ headless = true } = {}) {
  const wanted = process.env['CHROMIUM_PATH'];
  if (wanted !== undefined && wanted !== '' && !existsSync(wanted)) {
    throw new Failure(`CHROMIUM_PATH names ${wanted}, which does not exist.`);
  }
  const installed = wanted || knownPlaces.find((place) => existsSync(place));
  if (installed !== undefined) return chromium.launch({ executablePath: installed, args: flags, headless });
  const { default: bundled } = await import('@sparticuz/chromium');
  return chromium.launch({
    executablePath: await bundled.executablePath(),
    args: [...bundled.args, ...flags],
    headless: true,
  });
}
