import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { licenceFaults, noticesOf, noticesText } from '../../../scripts/lib/notices.mjs';

describe('the notices of what is bundled', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'notices-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function install(
    folder: string,
    manifest: Readonly<Record<string, unknown>>,
    files: Readonly<Record<string, string>>,
  ) {
    mkdirSync(join(root, folder), { recursive: true });
    for (const [name, text] of Object.entries({ ...files, 'package.json': JSON.stringify(manifest) })) {
      writeFileSync(join(root, folder, name), text);
    }
  }

  it('hold each package once, with the texts of its licence, also one that is nested in another', () => {
    install(
      'node_modules/b',
      { name: 'b', version: '2.0.0', license: 'MIT' },
      { 'LICENSE.md': 'You may.', NOTICE: 'By b.' },
    );
    install(
      'node_modules/b/node_modules/@s/a',
      { name: '@s/a', version: '1.0.0', license: 'ISC' },
      { license: 'Yes.' },
    );
    const inputs = ['src/x.ts', 'node_modules/b/x.js', 'node_modules/b/y.js', 'node_modules/b/node_modules/@s/a/i.js'];
    expect(noticesOf(root, inputs)).toEqual([
      { name: '@s/a', version: '1.0.0', license: 'ISC', text: 'Yes.' },
      { name: 'b', version: '2.0.0', license: 'MIT', text: 'You may.\n\nBy b.' },
    ]);
  });

  it('name the author of a package that brings no text', () => {
    install('node_modules/c', { name: 'c', version: '1.0.0', license: 'MIT', author: { name: 'C' } }, {});
    expect(noticesText(noticesOf(root, ['node_modules/c/i.js']))).toContain('## c 1.0.0 (MIT)\n\nCopyright C');
  });

  it.each(['MIT', 'Apache-2.0', '(GPL-2.0 OR MIT)'])('find no fault with %s', (license) => {
    expect(licenceFaults([{ name: 'd', version: '1.0.0', license, text: '' }])).toEqual([]);
  });

  it.each(['GPL-3.0', 'SEE LICENSE IN x', ''])('find a fault with "%s"', (license) => {
    expect(licenceFaults([{ name: 'd', version: '1.0.0', license, text: '' }])).toEqual([
      `d 1.0.0 has the licence "${license}".`,
    ]);
  });
});
