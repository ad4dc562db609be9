import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { getL10nJson } from '@vscode/l10n-dev';
import { describe, expect, it } from 'vitest';
import { commandId, commandNames, panelTypes, viewIds } from '../src/commands/catalog';
import { contextNames } from '../src/host/contextKeys';
import { settingNames, settingSpecs, type SettingName } from '../src/host/settings';

const root = join(import.meta.dirname, '..');

interface Command {
  readonly command: string;
  readonly title: string;
  readonly category?: string;
  readonly icon?: string;
  readonly enablement?: string;
}

interface Setting {
  readonly default: unknown;
  readonly scope: string;
  readonly order: number;
  readonly markdownDescription: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
}

interface Manifest {
  readonly name: string;
  readonly publisher: string;
  readonly version: string;
  readonly license: string;
  readonly icon: string;
  readonly pricing: string;
  readonly main: string;
  readonly l10n: string;
  readonly repository: { readonly url: string };
  readonly bugs: { readonly url: string };
  readonly homepage: string;
  readonly categories: readonly string[];
  readonly keywords: readonly string[];
  readonly engines: { readonly vscode: string };
  readonly extensionKind: readonly string[];
  readonly activationEvents: readonly string[];
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly supported: string; readonly restrictedConfigurations: readonly string[] };
    readonly virtualWorkspaces: { readonly supported: string };
  };
  readonly contributes: {
    readonly viewsContainers: { readonly activitybar: readonly { readonly id: string; readonly icon: string }[] };
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly icon?: string }[]>>;
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string; readonly when?: string }[];
    readonly commands: readonly Command[];
    readonly menus: Readonly<
      Record<string, readonly { readonly command: string; readonly when?: string; readonly group?: string }[]>
    >;
    readonly configuration: readonly { readonly properties: Readonly<Record<string, Setting>> }[];
  };
}

const manifestText = readFileSync(join(root, 'package.json'), 'utf8');
const manifest = JSON.parse(manifestText) as Manifest;
const texts = JSON.parse(readFileSync(join(root, 'package.nls.json'), 'utf8')) as Record<string, string>;
const { contributes } = manifest;

const views = Object.values(contributes.views).flat();
const menuItems = Object.entries(contributes.menus).flatMap(([menu, items]) =>
  items.map((item) => ({ menu, ...item })),
);
const settings: Readonly<Record<string, Setting>> = Object.assign(
  {},
  ...contributes.configuration.map(({ properties }) => properties),
);
const conditions = [
  ...contributes.viewsWelcome.map(({ when }) => when),
  ...contributes.commands.map(({ enablement }) => enablement),
  ...menuItems.map(({ when }) => when),
].filter((condition) => condition !== undefined);

const sources = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => join(entry.parentPath, entry.name));

function sorted(values: Iterable<string>): string[] {
  return Array.from(new Set(values)).sort();
}

describe('the texts of the manifest', () => {
  const used = sorted(Array.from(manifestText.matchAll(/"%([\w.]+)%"/g), (match) => match[1] ?? ''));

  it('all exist', () => {
    expect(used.filter((key) => !(key in texts))).toEqual([]);
  });

  it('are all used', () => {
    expect(Object.keys(texts).filter((key) => !used.includes(key))).toEqual([]);
  });

  it('link to commands that exist', () => {
    const linked = Object.values(texts).flatMap((text) =>
      Array.from(text.matchAll(/\(command:([\w.]+)/g), (match) => match[1] ?? ''),
    );
    const known = new Set(contributes.commands.map(({ command }) => command));
    expect(linked.filter((id) => id.startsWith('flinkPlayground.') && !known.has(id))).toEqual([]);
  });

  it('do not confirm anything in a link', () => {
    expect(Object.values(texts).filter((text) => text.includes('confirmed'))).toEqual([]);
  });
});

describe('the texts of the code', () => {
  // Every source is parsed for it, which takes a while on a machine that has other things to do.
  it(
    'are gathered for translators: `npx vscode-l10n-dev export --outDir l10n src && npx prettier --write l10n`',
    { timeout: 180_000 },
    async () => {
      const gathered = JSON.parse(readFileSync(join(root, 'l10n/bundle.l10n.json'), 'utf8')) as object;
      const files = sources.map((file) => ({ extension: '.ts' as const, contents: readFileSync(file, 'utf8') }));
      expect(sorted(Object.keys(gathered))).toEqual(sorted(Object.keys(await getL10nJson(files))));
    },
  );
});

describe('commands', () => {
  it('are those of the catalogue, both ways', () => {
    expect(sorted(contributes.commands.map(({ command }) => command))).toEqual(sorted(commandNames.map(commandId)));
  });

  it('share one category, which no title repeats', () => {
    expect(contributes.commands.filter(({ category }) => category !== '%category%')).toEqual([]);
    const titles = contributes.commands.map(({ title }) => texts[title.slice(1, -1)] ?? '');
    expect(titles.filter((title) => title.includes('Flink Playground'))).toEqual([]);
  });

  it('in menus exist', () => {
    const known = new Set(contributes.commands.map(({ command }) => command));
    expect(menuItems.filter(({ command }) => !known.has(command))).toEqual([]);
  });

  it('with a place on a toolbar or beside an item have an icon', () => {
    const withIcon = new Set(
      contributes.commands.filter(({ icon }) => icon !== undefined).map(({ command }) => command),
    );
    const shown = menuItems.filter(({ group = '' }) => /^(inline|navigation)@/.test(group));
    expect(shown.filter(({ command }) => !withIcon.has(command))).toEqual([]);
  });

  it('stand in numbered groups, at most three beside an item', () => {
    expect(menuItems.filter(({ group = '' }) => !/^\w+@\d+$/.test(group))).toEqual([]);
    const places = menuItems.filter(({ group = '' }) => group.startsWith('inline@')).map(({ group }) => group);
    expect(sorted(places.filter((place) => place !== undefined)).length).toBeLessThanOrEqual(3);
  });

  it('bring no key bindings', () => {
    expect(contributes).not.toHaveProperty('keybindings');
  });
});

describe('views', () => {
  it('are those of the catalogue, both ways', () => {
    expect(sorted(views.map(({ id }) => id))).toEqual(sorted(Object.values(viewIds)));
  });

  it('and their container have an icon that is there', () => {
    const icons = [...views, ...contributes.viewsContainers.activitybar].map(({ icon = 'no icon' }) => icon);
    expect(icons.filter((icon) => !existsSync(join(root, icon)))).toEqual([]);
  });

  it('have icons of one colour, 16 pixels wide, and 24 for the container', () => {
    const widths = [...views, ...contributes.viewsContainers.activitybar].map(({ id, icon = '' }) => {
      const svg = readFileSync(join(root, icon), 'utf8');
      expect(svg).toContain('currentColor');
      expect(svg).not.toMatch(/#[0-9a-f]{3,6}\b/i);
      return [id, /width="(\d+)"/.exec(svg)?.[1]];
    });
    expect(Object.fromEntries(widths)).toEqual({
      'flinkPlayground.cluster': '16',
      'flinkPlayground.jobs': '16',
      'flinkPlayground.savepoints': '16',
      'flinkPlayground.topics': '16',
      flinkPlayground: '24',
    });
  });

  it.each(Object.values(viewIds))('%s says something when nothing runs, starts, and cannot be looked at', (view) => {
    const blocks = contributes.viewsWelcome.filter((block) => block.view === view).map(({ when = '' }) => when);
    for (const phase of ['absent', 'starting', 'failed', 'unknown']) {
      expect(blocks.filter((when) => when.includes(`flinkPlayground.phase == '${phase}'`))).not.toEqual([]);
    }
  });

  it('tell of no Java, of kept data, of another window and of Restricted Mode', () => {
    const keys = contributes.viewsWelcome
      .filter(({ view }) => view === viewIds.cluster)
      .map(({ contents }) => contents);
    for (const state of ['noJava', 'dataKept', 'busyElsewhere', 'untrusted']) {
      expect(keys).toContain(`%welcome.${state}%`);
    }
  });

  it('welcome only in views that exist', () => {
    const known = new Set(views.map(({ id }) => id));
    expect(contributes.viewsWelcome.filter(({ view }) => !known.has(view))).toEqual([]);
  });
});

describe('settings', () => {
  it('are those that the code reads, both ways', () => {
    expect(sorted(Object.keys(settings))).toEqual(sorted(settingNames.map((name) => `flinkPlayground.${name}`)));
  });

  it.each(settingNames)('%s is asked for somewhere', (name) => {
    const readers = sources
      .filter((file) => !file.endsWith(join('host', 'settings.ts')))
      .filter((file) => readFileSync(file, 'utf8').includes(`settings('${name}')`));
    expect(readers.map((file) => relative(root, file))).not.toEqual([]);
  });

  it.each(settingNames)('%s has the default and the limits of the code', (name: SettingName) => {
    const declared = settings[`flinkPlayground.${name}`];
    const spec = settingSpecs[name];
    expect(declared?.default).toEqual(spec.fallback);
    for (const value of declared?.enum ?? []) expect(spec.read(value)).toBe(value);
    const limits = [declared?.minimum, declared?.maximum].filter((limit) => limit !== undefined);
    const beyond = limits.map((limit, index) => spec.read(index === 0 ? limit - 0.1 : limit + 1));
    expect(beyond).toEqual(limits);
  });

  it('offer the versions and modes of playground.json', () => {
    const playground = JSON.parse(readFileSync(join(root, 'playground/playground.json'), 'utf8')) as {
      readonly flink: { readonly default: string; readonly versions: Record<string, unknown> };
      readonly kafka: { readonly default: string; readonly modes: Record<string, unknown> };
    };
    expect(settings['flinkPlayground.flink.version']).toMatchObject({
      enum: Object.keys(playground.flink.versions),
      default: playground.flink.default,
    });
    expect(settings['flinkPlayground.kafka.mode']).toMatchObject({
      enum: Object.keys(playground.kafka.modes),
      default: playground.kafka.default,
    });
  });

  it('have an order and a scope', () => {
    const scopes = new Set(['machine', 'machine-overridable', 'window']);
    expect(Object.values(settings).filter(({ scope, order }) => !scopes.has(scope) || order < 1)).toEqual([]);
  });

  it('that influence what is run are not taken from a workspace that is not trusted', () => {
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    const influential = Object.keys(settings).filter(
      (name) => settings[name]?.scope !== 'window' || name.startsWith('flinkPlayground.compose.'),
    );
    expect(sorted(restrictedConfigurations)).toEqual(sorted(influential));
  });
});

describe('conditions', () => {
  it('ask only for context keys that are written', () => {
    const asked = conditions.flatMap((condition) =>
      Array.from(condition.matchAll(/(?<![\w.])(flinkPlayground\.\w+)/g), (match) => match[1] ?? ''),
    );
    const known = new Set([...contextNames.map((name) => `flinkPlayground.${name}`), ...Object.values(viewIds)]);
    expect(sorted(asked).filter((key) => !known.has(key))).toEqual([]);
  });

  it('ask for every context key that is written', () => {
    const unused = contextNames.filter((name) => !conditions.some((text) => text.includes(`flinkPlayground.${name}`)));
    expect(unused).toEqual([]);
  });

  it('ask only for marks that nodes carry', () => {
    const asked = conditions.flatMap((condition) =>
      Array.from(condition.matchAll(/viewItem =~ \/(?:;|\^)(\w+)/g), (match) => match[1] ?? ''),
    );
    const trees = sources
      .filter((file) => file.includes(join('core', 'trees')))
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    expect(sorted(asked).filter((mark) => !trees.includes(`'${mark}'`))).toEqual([]);
  });
});

describe('the manifest', () => {
  it('uses only icons that VS Code has', () => {
    const css = readFileSync(join(root, 'node_modules/@vscode/codicons/dist/codicon.css'), 'utf8');
    const named = [...contributes.commands.map(({ icon = '' }) => icon), ...Object.values(texts)].flatMap((text) =>
      Array.from(text.matchAll(/\$\(([a-z-]+)(?:~\w+)?\)/g), (match) => match[1] ?? ''),
    );
    expect(named.length).toBeGreaterThan(5);
    expect(sorted(named).filter((name) => !css.includes(`.codicon-${name}:before`))).toEqual([]);
  });

  it('asks for no proposed API', () => {
    expect(manifest).not.toHaveProperty('enabledApiProposals');
  });

  it('compiles against an API that its oldest VS Code has', () => {
    const types = manifest.devDependencies['@types/vscode'] ?? '';
    expect(types).toMatch(/^\d+\.\d+\.\d+$/);
    expect(manifest.engines.vscode).toBe(`^${types}`);
  });

  it('is activated by its views and commands, and else only by what VS Code does not see by itself', () => {
    expect(manifest.activationEvents).toEqual(panelTypes.map((type) => `onWebviewPanel:${type}`));
  });

  it('runs where the workspace is, from one bundle', () => {
    expect(manifest.extensionKind).toEqual(['workspace']);
    expect(manifest.main).toBe('./dist/extension.js');
    expect(manifest.capabilities.untrustedWorkspaces.supported).toBe('limited');
    expect(manifest.capabilities.virtualWorkspaces.supported).toBe('limited');
  });

  it('has what a Marketplace page needs', () => {
    expect(manifest).toMatchObject({ pricing: 'Free', license: 'Apache-2.0', l10n: './l10n' });
    expect(manifest.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(manifest.keywords.length).toBeLessThanOrEqual(10);
    const allowed = new Set(['Education', 'Visualization', 'Other']);
    expect(manifest.categories.filter((category) => !allowed.has(category))).toEqual([]);
    for (const address of [manifest.repository.url, manifest.bugs.url, manifest.homepage]) {
      expect(address).toMatch(/^https:\/\/github\.com\/flink-playground\/vscode-flink-playground/);
    }
    for (const file of ['README.md', 'CHANGELOG.md', 'LICENSE']) expect(existsSync(join(root, file))).toBe(true);
  });

  it('has an icon of 256 by 256 pixels', () => {
    const png = readFileSync(join(root, manifest.icon));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([256, 256]);
  });
});
