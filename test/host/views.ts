import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { viewIds } from '../../src/commands/catalog';
import { ours } from './extension';
import { hasPage, seesText } from './page';

describe('views', () => {
  before(() => ours().activate());

  it('can all be focused', async () => {
    for (const id of Object.values(viewIds)) await vscode.commands.executeCommand(`${id}.focus`);
  });

  it('are the ones that the manifest declares', () => {
    const { contributes }: { contributes: { views: Record<string, { id: string }[]> } } = ours().packageJSON;
    assert.deepEqual(
      contributes.views['flinkPlayground']?.map(({ id }) => id),
      Object.values(viewIds),
    );
  });

  it('welcome the person to a playground that is not running', async function () {
    if (!hasPage()) this.skip();
    await vscode.commands.executeCommand('workbench.view.extension.flinkPlayground');
    // The test of the commands before this one found no Java, which the view says.
    await seesText('none was found on this machine');
    await seesText('No Flink cluster is running.');
    await seesText('No Kafka broker is running.');
  });
});
