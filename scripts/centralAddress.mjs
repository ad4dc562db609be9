// The address of Maven Central as Maven itself has it built in, so that no file of ours names a registry's host.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';

const superPom = 'org/apache/maven/model/pom-4.0.0.xml';

/** @type {string | undefined} */
let known;

/**
 * Reads the repository `central` of the super-POM in Maven's model builder. Settings, and so mirrors, are not looked at.
 * @returns {string} without a slash at the end
 * @throws {Error} when Maven is not installed or its super-POM cannot be read
 */
export function centralAddress() {
  known ??= readCentralAddress();
  return known;
}

function readCentralAddress() {
  const lib = join(mavenHome(), 'lib');
  // Maven 3 keeps it in maven-model-builder; Maven 4 has it in maven-impl as well.
  for (const jar of readdirSync(lib).filter((name) => /^maven-(model-builder|impl)-.*\.jar$/.test(name))) {
    const pom = readZipEntry(readFileSync(join(lib, jar)), superPom);
    const address = /<id>central<\/id>[\s\S]*?<url>\s*(https:\/\/[^<\s]+?)\/?\s*<\/url>/.exec(pom ?? '')?.[1];
    if (address !== undefined) return address;
  }
  throw new Error(`No super-POM with the repository "central" was found in ${lib}.`);
}

function mavenHome() {
  /** @type {string} */
  let output;
  try {
    output = execFileSync('mvn', ['-v'], { encoding: 'utf8', shell: process.platform === 'win32' });
  } catch (error) {
    throw new Error('Maven was not found: "mvn -v" failed. Install Maven 3.6 or newer.', { cause: error });
  }
  const home = /Maven home: (.+)/.exec(output)?.[1];
  if (home === undefined) throw new Error(`"mvn -v" did not say where Maven is:\n${output}`);
  return home.trim();
}

/**
 * One entry of a zip file as text: enough of the format for a jar of Maven's (no encryption, no zip64).
 * @param {Buffer} zip
 * @param {string} name
 * @returns {string | undefined}
 */
function readZipEntry(zip, name) {
  const end = zip.lastIndexOf('PK\u0005\u0006', undefined, 'latin1');
  if (end < 0) throw new Error('Not a zip file: it has no central directory.');
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const nameLength = zip.readUInt16LE(at + 28);
    if (zip.toString('utf8', at + 46, at + 46 + nameLength) === name) {
      const method = zip.readUInt16LE(at + 10);
      const size = zip.readUInt32LE(at + 20);
      const local = zip.readUInt32LE(at + 42);
      const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      const data = zip.subarray(start, start + size);
      return (method === 0 ? data : inflateRawSync(data)).toString('utf8');
    }
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return undefined;
}
