// Writes playground/artifacts.lock.json: for each set of scripts/artifacts/sets.json the class path that Maven resolves,
// as coordinates with size and SHA-256. Run it after a change of a version; the result is the same on every machine.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const dependencyPlugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1';
const lockFile = join(root, 'playground/artifacts.lock.json');

/**
 * @typedef {{ name: string, dependencies: string[], exclusions: string[] }} ArtifactSet
 * @typedef {{ coordinates: string, size: number, sha256: string }} Entry
 */

/**
 * The sets with the versions of playground.json filled in, each name once.
 * @returns {ArtifactSet[]}
 */
function readSets() {
  const playground = JSON.parse(readFileSync(join(root, 'playground/playground.json'), 'utf8'));
  const description = JSON.parse(readFileSync(join(root, 'scripts/artifacts/sets.json'), 'utf8'));
  /** @type {Map<string, ArtifactSet>} */
  const sets = new Map();
  for (const template of description.sets) {
    const variants =
      template.for === 'flink'
        ? Object.entries(playground.flink.versions).map(([version, spec]) => ({ version, ...spec }))
        : [{ version: playground.kafka.modes[template.for] }];
    for (const variant of variants) {
      /** @type {Record<string, string>} */
      const values = { ...description.versions, ...variant };
      /** @param {string} text */
      const fill = (text) =>
        text.replace(/\$\{(\w+)\}/g, (whole, key) => {
          const value = values[key];
          if (value === undefined) throw new Error(`No version for ${whole} in "${text}".`);
          return value;
        });
      const name = fill(template.name);
      sets.set(name, {
        name,
        dependencies: template.dependencies.map(fill),
        exclusions: template.exclusions ?? [],
      });
    }
  }
  return [...sets.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** @param {ArtifactSet} set */
function pomOf(set) {
  const exclusions = set.exclusions
    .map((exclusion) => exclusion.split(':'))
    .map(([group, name]) => `<exclusion><groupId>${group}</groupId><artifactId>${name}</artifactId></exclusion>`)
    .join('');
  const dependencies = set.dependencies
    .map((dependency) => dependency.split(':'))
    .map(
      ([group, name, version]) =>
        `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version>` +
        `<scope>runtime</scope><exclusions>${exclusions}</exclusions></dependency>`,
    )
    .join('\n');
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>flinkplayground.lock</groupId><artifactId>${set.name}</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>
${dependencies}
</dependencies></project>
`;
}

/**
 * Absolute paths of the jars in class path order, with the coordinates of each.
 * @param {string} directory the folder of the set's pom, after Maven ran
 */
function readResolved(directory) {
  /** @type {Map<string, string>} */
  const coordinates = new Map();
  for (const line of readFileSync(join(directory, 'list.txt'), 'utf8').split('\n')) {
    // group:artifact:jar[:classifier]:version:scope:/path, then perhaps " -- module …"
    const match = /^\s+([^:\s]+):([^:]+):jar(?::([^:]+))?:([^:]+):(?:compile|runtime):(.+?\.jar)(?:\s.*)?$/.exec(line);
    const [, group, name, classifier, version, path] = match ?? [];
    if (path === undefined) continue;
    coordinates.set(path, [group, name, version, classifier].filter((part) => part !== undefined).join(':'));
  }
  const paths = readFileSync(join(directory, 'classpath.txt'), 'utf8').trim().split('|');
  return paths.map((path) => {
    const found = coordinates.get(path);
    if (found === undefined) throw new Error(`Maven did not say what ${path} is.`);
    return { path, coordinates: found };
  });
}

const sets = readSets();
const work = mkdtempSync(join(tmpdir(), 'lock-artifacts-'));
/** @type {Record<string, Entry[]>} */
const lock = {};
try {
  for (const set of sets) {
    mkdirSync(join(work, set.name));
    writeFileSync(join(work, set.name, 'pom.xml'), pomOf(set));
  }
  const modules = sets.map((set) => `<module>${set.name}</module>`).join('');
  writeFileSync(
    join(work, 'pom.xml'),
    `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>flinkplayground.lock</groupId><artifactId>all</artifactId><version>1</version><packaging>pom</packaging>
<modules>${modules}</modules></project>
`,
  );
  execFileSync(
    'mvn',
    [
      '-B',
      '-q',
      '-f',
      join(work, 'pom.xml'),
      `${dependencyPlugin}:build-classpath`,
      `${dependencyPlugin}:list`,
      '-DincludeScope=runtime',
      '-Dmdep.outputFile=classpath.txt',
      '-Dmdep.pathSeparator=|',
      '-DoutputFile=list.txt',
      '-DoutputAbsoluteArtifactFilename=true',
    ],
    { stdio: 'inherit', shell: process.platform === 'win32' },
  );
  for (const set of sets) {
    lock[set.name] = readResolved(join(work, set.name)).map(({ path, coordinates }) => ({
      coordinates,
      size: statSync(path).size,
      sha256: createHash('sha256').update(readFileSync(path)).digest('hex'),
    }));
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

const lines = Object.entries(lock).map(
  ([name, entries]) =>
    `    ${JSON.stringify(name)}: [\n${entries.map((entry) => `      ${JSON.stringify(entry)}`).join(',\n')}\n    ]`,
);
writeFileSync(lockFile, `{\n  "sets": {\n${lines.join(',\n')}\n  }\n}\n`);
for (const [name, entries] of Object.entries(lock)) {
  const megabytes = entries.reduce((sum, entry) => sum + entry.size, 0) / 1e6;
  console.log(`${name.padEnd(28)} ${String(entries.length).padStart(3)} jars ${megabytes.toFixed(1).padStart(6)} MB`);
}
