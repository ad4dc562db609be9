import * as assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { commandId, commandNames, type Diagnostics } from '../../src/commands/catalog';
import { ours, ourCommands } from './extension';

/** Runs a command as another extension would, but gets its failure instead of a notification. */
async function run(id: string, args: object = {}): Promise<unknown> {
  return vscode.commands.executeCommand(id, { ...args, onError: 'throw' });
}

describe('commands', () => {
  before(() => ours().activate());

  it('are all registered', async () => {
    const registered = await ourCommands();
    for (const name of commandNames) assert.ok(registered.includes(commandId(name)), commandId(name));
  });

  it('show diagnostics of a playground that was never started', async () => {
    const diagnostics: Diagnostics = await vscode.commands.executeCommand('flinkPlayground.copyDiagnostics', {
      copy: false,
    });
    assert.equal(diagnostics.versions.vscode, vscode.version);
    assert.equal(diagnostics.environment?.phase, 'absent');
    assert.equal(diagnostics.environment.hasData, false);
  });

  it('say in one sentence where no Java is, and what to do', async () => {
    await assert.rejects(run('flinkPlayground.start'), (error: Error & { readonly remedy?: string }) => {
      assert.match(error.message, /flinkPlayground\.local\.javaHome is .*no-java-here, where no Java is\.$/);
      assert.match(error.remedy ?? '', /Java 17 or 21/);
      return true;
    });
  });

  it('leave nothing half-started after that', async () => {
    const { environment }: Diagnostics = await vscode.commands.executeCommand('flinkPlayground.copyDiagnostics', {
      copy: false,
    });
    assert.deepEqual(
      environment?.services
        .flatMap(({ instances }) => instances.map(({ pid }) => pid))
        .filter((pid) => pid !== undefined),
      [],
    );
  });

  it('select the environment that the argument says, and keep it in the settings', async () => {
    const setting = (): unknown => vscode.workspace.getConfiguration('flinkPlayground').get('environment');
    const look = async (): Promise<string | undefined> => {
      const diagnostics: Diagnostics = await vscode.commands.executeCommand('flinkPlayground.copyDiagnostics', {
        copy: false,
      });
      return diagnostics.environment?.kind;
    };
    assert.equal(await run('flinkPlayground.selectEnvironment', { environment: 'remote' }), 'remote');
    assert.deepEqual([await look(), setting()], ['remote', 'remote']);
    await assert.rejects(run('flinkPlayground.start'), /No remote cluster is set/);
    assert.equal(await run('flinkPlayground.selectEnvironment', { environment: 'local' }), 'local');
    assert.deepEqual([await look(), setting()], ['local', 'local']);
  });

  it('follow the setting of the environment when it is changed by hand', async () => {
    const configuration = vscode.workspace.getConfiguration('flinkPlayground');
    await configuration.update('environment', 'remote', vscode.ConfigurationTarget.Global);
    const kind = async (): Promise<string | undefined> => {
      const diagnostics: Diagnostics = await vscode.commands.executeCommand('flinkPlayground.copyDiagnostics', {
        copy: false,
        read: false,
      });
      return diagnostics.environment?.kind;
    };
    for (let tries = 0; tries < 50 && (await kind()) !== 'remote'; tries += 1) await delay(100);
    assert.equal(await kind(), 'remote');
    await run('flinkPlayground.selectEnvironment', { environment: 'local' });
  });

  it('say that nothing runs when there is nothing to look at', async () => {
    await assert.rejects(run('flinkPlayground.topic.tail', { topic: 'output' }), /not running/);
    await assert.rejects(run('flinkPlayground.openWebUi'), /not running/);
    for (const name of ['openFlinkCli', 'showCommand', 'openLogFile', 'threadDump', 'showLogs']) {
      await assert.rejects(run(`flinkPlayground.${name}`), /not running/, name);
    }
  });
});
