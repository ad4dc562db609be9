// The licences of what is bundled, as their authors ask for them to be kept with every copy.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Licences under which code may be part of an Apache-2.0 work. An SPDX expression with OR needs one of them. */
const compatible = new Set([
  'Apache-2.0',
  'MIT',
  'MIT-0',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'CC-BY-4.0',
  'Unlicense',
]);

/**
 * @typedef {object} Notice
 * @property {string} name
 * @property {string} version
 * @property {string} license the SPDX expression of its manifest
 * @property {string} text its licence and notice files, one after the other; its author where it has none
 */

/**
 * The packages of `node_modules` from which files went into bundles, by name.
 * @param {string} root of the project
 * @param {readonly string[]} inputs paths of files, as esbuild's metafile names them
 * @returns {readonly Notice[]}
 */
export function noticesOf(root, inputs) {
  const folders = new Set(inputs.map(packageFolder).filter((folder) => folder !== undefined));
  return [...folders]
    .map((folder) => noticeOf(path.join(root, folder)))
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

/**
 * @param {readonly Notice[]} notices
 * @returns {readonly string[]} what may not be shipped, in words
 */
export function licenceFaults(notices) {
  return notices
    .filter(
      ({ license }) =>
        !license
          .replace(/[()]/g, '')
          .split(' OR ')
          .some((one) => compatible.has(one.trim())),
    )
    .map(({ name, version, license }) => `${name} ${version} has the licence "${license}".`);
}

/**
 * @param {readonly Notice[]} notices
 * @returns {string}
 */
export function noticesText(notices) {
  const head = 'This extension contains the following software, under the licences that follow each name.\n';
  return [
    head,
    ...notices.map(({ name, version, license, text }) => `## ${name} ${version} (${license})\n\n${text}`),
  ].join('\n\n');
}

/**
 * @param {string} file
 * @returns {string | undefined} `node_modules/a`, `node_modules/@s/a`, or one that is nested in another
 */
function packageFolder(file) {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file.replaceAll('\\', '/'))?.[0];
}

/**
 * @param {string} folder
 * @returns {Notice}
 */
function noticeOf(folder) {
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const texts = files
    .filter((name) => /^(?:licen[cs]e|copying|notice)(?:$|[.-])/i.test(name))
    .map((name) => readFileSync(path.join(folder, name), 'utf8').trim());
  return {
    name: manifest.name,
    version: manifest.version,
    license: String(manifest.license ?? ''),
    text: texts.length > 0 ? texts.join('\n\n') : `Copyright ${authorOf(manifest)}`,
  };
}

/**
 * @param {{ name: string, author?: string | { name?: string } }} manifest
 * @returns {string}
 */
function authorOf({ name, author }) {
  if (typeof author === 'string') return author;
  return author?.name ?? `the authors of ${name}`;
}
