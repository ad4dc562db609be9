import type { Browser } from 'playwright-core';

/** Starts a browser; closing it is the caller's. */
export function launchBrowser(options?: { readonly headless?: boolean }): Promise<Browser>;
