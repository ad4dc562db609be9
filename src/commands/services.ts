import type { Engine } from '../core/engineApi';
import type { Logger } from '../core/util/logger';
import type { ContextKeys } from '../host/contextKeys';
import type { LazyService } from '../host/lazyService';
import type { Notifications } from '../host/notifications';
import type { SettingsReader } from '../host/settings';
import type { UserInput } from '../host/userInput';

/** What handlers of commands work with; built in `extension.ts`. */
export interface CommandServices {
  readonly engines: LazyService<Engine>;
  readonly settings: SettingsReader;
  readonly contextKeys: ContextKeys;
  readonly notifications: Notifications;
  readonly input: UserInput;
  readonly logger: Logger;
}
