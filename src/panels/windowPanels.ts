import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { windowPanelType } from '../commands/catalog';
import { parseContracts } from '../core/ledger/contracts';
import { saveFile } from '../host/saveFile';
import type { SettingsReader } from '../host/settings';
import type { WindowPanelPage } from '../shared/protocol/windowPanel';
import { PanelSet, type PanelSetServices } from './panelSet';
import { savedText } from './savedPart';
import { WindowCheck, type WindowCheckOptions } from './windowCheck';

export interface WindowPanelServices
  extends PanelSetServices, Pick<WindowCheckOptions, 'showDocument' | 'showRecords'> {
  readonly settings: SettingsReader;
}

export type WindowPanels = PanelSet<string, WindowCheck, WindowPanelPage>;

/** The panels of the window check, one for each topic. */
export function windowPanels(services: WindowPanelServices): WindowPanels {
  const { settings, showDocument, showRecords } = services;
  return new PanelSet(services, {
    type: windowPanelType,
    page: 'windowPanel',
    icon: 'windows',
    keyOf: (topic) => topic,
    titleOf: (topic) => l10n.t('Windows: {0}', topic),
    inLog: (topic) => `the windows of ${topic}`,
    restored: (state) => savedText(state, 'topic'),
    make: (topic, { engine, onFailure, onPageError }) =>
      new WindowCheck({
        topic,
        engine,
        contract: parseContracts(settings('ledger.contracts')).contracts.find((each) => each.topic === topic),
        locale: vscode.env.language,
        timeZone: () => settings('time.zone'),
        showRecords,
        showDocument,
        savePicture: saveFile,
        onFailure,
        onPageError,
      }),
    send: (page, { state }) => page.stateChanged.asEvent(state.value),
  });
}
