import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  batchScript,
  javaArguments,
  shellScript,
  type CliScript,
} from '../../../src/core/environment/local/cliScripts';

/** A name that every shell would take apart. */
const strange = `it's "1" $HOME %PATH% \`x\` ü`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function script(changes: Partial<CliScript> = {}): CliScript {
  return {
    name: 'flink',
    java: '/java/bin/java',
    flags: ['-Xmx256m'],
    classPath: ['/jars/a.jar', '/jars/b.jar'],
    mainClass: 'Main',
    variables: { FLINK_CONF_DIR: '/conf' },
    afterRun: [],
    ...changes,
  };
}

describe('a command for terminals', () => {
  it('gives Java exactly its words and those of the person, whatever the folders are called', () => {
    const home = join(folder, strange);
    mkdirSync(home);
    const java = join(home, 'java');
    writeFileSync(java, `#!/bin/sh\nprintf '%s\\n' "$FLINK_CONF_DIR" "$@"\n`);
    chmodSync(java, 0o755);
    const command = join(folder, 'flink');
    writeFileSync(command, shellScript(script({ java, classPath: [strange], variables: { FLINK_CONF_DIR: home } })));
    chmodSync(command, 0o755);
    const printed = execFileSync(command, ['list', 'a b', '$HOME'], { encoding: 'utf8' });
    expect(printed.trimEnd().split('\n')).toEqual([home, '-Xmx256m', '-cp', strange, 'Main', 'list', 'a b', '$HOME']);
  });

  it('gives the connector to jobs that it runs, and to nothing else', () => {
    const java = join(folder, 'java');
    writeFileSync(java, `#!/bin/sh\nshift 4\nprintf '%s\\n' "$@"\n`);
    chmodSync(java, 0o755);
    const command = join(folder, 'flink');
    writeFileSync(command, shellScript(script({ java, afterRun: ['-C', `file:///${strange}`] })));
    chmodSync(command, 0o755);
    const given = (...words: string[]): string[] =>
      execFileSync(command, words, { encoding: 'utf8' }).trimEnd().split('\n');
    expect(given('run', '-d', 'a b.jar')).toEqual(['run', '-C', `file:///${strange}`, '-d', 'a b.jar']);
    expect(given('list', 'run')).toEqual(['list', 'run']);
  });

  it('lets Java read its words from a file on Windows, and doubles percent signs', () => {
    const java = String.raw`C:\100%\bin\java.exe`;
    expect(batchScript(script({ java, variables: { FLINK_CONF_DIR: 'C:\\%TEMP%' } }), 'flink.args')).toBe(
      [
        '@echo off',
        'rem Written by Flink Playground each time it is needed; changes are lost.',
        'setlocal',
        'set "FLINK_CONF_DIR=C:\\%%TEMP%%"',
        '"C:\\100%%\\bin\\java.exe" "@%~dp0flink.args" %*',
        '',
      ].join('\r\n'),
    );
    expect(batchScript(script({ afterRun: ['-C', 'file:///c%20.jar'] }), 'flink.args').split('\r\n')).toContain(
      '"/java/bin/java" "@%~dp0flink.args" run "-C" "file:///c%%20.jar" %rest:*run=%',
    );
    expect(javaArguments(script({ classPath: [String.raw`C:\a b\"c.jar`] }))).toBe(
      ['"-Xmx256m"', '"-cp"', String.raw`"C:\\a b\\\"c.jar"`, '"Main"', ''].join('\n'),
    );
  });
});
