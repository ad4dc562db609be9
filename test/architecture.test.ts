import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

interface Import {
  readonly from: string;
  /** A path from the root for a file of ours, the package's name otherwise. */
  readonly to: string;
}

function sourcesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const specifiers = text.matchAll(
    /^\s*(?:import|export)\s(?:[^'";]*?\sfrom\s)?['"]([^'"]+)['"]|\b(?:import|require)\(\s*['"]([^'"]+)['"]\s*\)/gm,
  );
  return Array.from(specifiers, (match) => {
    const specifier = match[1] ?? match[2] ?? '';
    const to = specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : specifier;
    return { from: file, to };
  });
}

const imports = [...sourcesUnder('src'), ...sourcesUnder('media/webviews')].flatMap(importsOf);

/** Imports of files under `folder` whose target is none of `allowed` (prefixes of paths, or names of packages). */
function strangersIn(folder: string, allowed: readonly RegExp[]): string[] {
  return imports
    .filter(({ from }) => from.startsWith(`${folder}/`))
    .filter(({ to }) => !allowed.some((pattern) => pattern.test(to)))
    .map(({ from, to }) => `${from} imports ${to}`);
}

const nodeModule = /^node:/;
const isOurs = /^(src|media|playground|test|scripts|bench)\//;

describe('the rooms of the house', () => {
  it('finds imports to judge', () => {
    expect(imports.length).toBeGreaterThan(20);
  });

  it('src/shared imports nothing but itself', () => {
    expect(strangersIn('src/shared', [/^src\/shared\//])).toEqual([]);
  });

  it('src/core imports shared, Node and its libraries, never vscode or a feature', () => {
    const offenders = imports
      .filter(({ from }) => from.startsWith('src/core/'))
      .filter(({ to }) => to === 'vscode' || (isOurs.test(to) && !/^(src\/(core|shared)|playground)\//.test(to)))
      .map(({ from, to }) => `${from} imports ${to}`);
    expect(offenders).toEqual([]);
  });

  it('src/host knows no feature', () => {
    expect(
      strangersIn('src/host', [
        /^src\/(host|shared)\//,
        /^src\/core\/(util|state)\//,
        /^src\/core\/trees\/node$/,
        /^vscode$/,
        /^birpc$/,
        /^@vscode\/l10n$/,
        nodeModule,
      ]),
    ).toEqual([]);
  });

  it.each(['providers', 'commands', 'panels'])(
    'src/%s meets the other features only by ids of the catalogue',
    (feature) => {
      const allowed = new RegExp(`^src/(${feature}/|core/|shared/|host/|commands/catalog$)`);
      const offenders = imports
        .filter(({ from }) => from.startsWith(`src/${feature}/`))
        .filter(({ to }) => isOurs.test(to) && !allowed.test(to))
        .map(({ from, to }) => `${from} imports ${to}`);
      expect(offenders).toEqual([]);
    },
  );

  it('pages import shared and browser libraries only', () => {
    const offenders = imports
      .filter(({ from }) => from.startsWith('media/webviews/'))
      .filter(
        ({ to }) =>
          to === 'vscode' || nodeModule.test(to) || (isOurs.test(to) && !/^(src\/shared|media\/webviews)\//.test(to)),
      )
      .map(({ from, to }) => `${from} imports ${to}`);
    expect(offenders).toEqual([]);
  });

  it.each([
    ['kafkajs', /^src\/core\/kafka\/kafkajs\w+$/],
    ['execa', /^src\/core\//],
    ['jdk-utils', /^src\/core\/environment\/local\/java\//],
    ['zod', /^src\/core\//],
  ])('%s is imported in its one place only', (library, place) => {
    const offenders = imports
      .filter(({ to }) => to === library || to.startsWith(`${library}/`))
      .filter(({ from }) => !place.test(from.replace(/\.ts$/, '')))
      .map(({ from }) => from);
    expect(offenders).toEqual([]);
  });

  it('every path that the documents name exists', () => {
    const missing = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md']
      .filter((file) => existsSync(join(root, file)))
      .flatMap((file) =>
        Array.from(
          readFileSync(join(root, file), 'utf8').matchAll(/`((?:src|media|playground|test|scripts|bench)\/[\w./-]+)`/g),
          (match) => ({ file, path: match[1] ?? '' }),
        ),
      )
      .filter(({ path }) => !existsSync(join(root, path)))
      .map(({ file, path }) => `${file} names ${path}`);
    expect(missing).toEqual([]);
  });

  it('no file is longer than a person can keep in mind', () => {
    const long = [...sourcesUnder('src'), ...sourcesUnder('media/webviews')].filter(
      (file) => readFileSync(join(root, file), 'utf8').split('\n').length > 500,
    );
    expect(long).toEqual([]);
  });
});
