import { describe, expect, it } from 'vitest';
import type * as vscode from 'vscode';
import { fileDrop } from '../../../src/host/fileDrop';

const token = {} as vscode.CancellationToken;

/** What the editor hands over: texts by their kind, and files from outside. */
function transfer(uriList: string | undefined, ...files: readonly (string | undefined)[]): vscode.DataTransfer {
  const asFile = (path: string | undefined): unknown => ({
    asFile: () => ({ uri: path === undefined ? undefined : { scheme: 'file', fsPath: path } }),
  });
  const items = files.map((path): [string, unknown] => ['application/java-archive', asFile(path)]);
  const text = { asString: () => Promise.resolve(uriList), asFile: () => undefined };
  return {
    get: (mime: string) => (mime === 'text/uri-list' && uriList !== undefined ? text : undefined),
    [Symbol.iterator]: () => items[Symbol.iterator](),
  } as unknown as vscode.DataTransfer;
}

async function dropped(data: vscode.DataTransfer): Promise<readonly (readonly string[])[]> {
  const told: (readonly string[])[] = [];
  await fileDrop((paths) => told.push(paths)).handleDrop?.(undefined, data, token);
  return told;
}

describe('files that are dropped on a tree', () => {
  it.each([
    ['one', 'file:///jars/orders.jar', ['/jars/orders.jar']],
    ['several', 'file:///a%20b/x.jar\r\nfile:///y.jar\r\n', ['/a b/x.jar', '/y.jar']],
    ['one beside a remark and an address', '# a remark\r\nhttps://a.test/x.jar\r\nfile:///y.jar', ['/y.jar']],
  ])('are told by their paths: %s', async (_what, list, paths) => {
    expect(await dropped(transfer(list))).toEqual([paths]);
  });

  it('from outside are told, too', async () => {
    expect(await dropped(transfer(undefined, '/desktop/orders.jar', undefined))).toEqual([['/desktop/orders.jar']]);
  });

  it.each([[undefined], [''], ['https://a.test/x.jar'], ['file://host.test/x.jar'], ['file:///%2F']])(
    'are none in %j',
    async (list) => {
      expect(await dropped(transfer(list))).toEqual([]);
    },
  );
});
