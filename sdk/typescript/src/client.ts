// The client: one per API key.
import { Chat } from './chat.ts';
import { type ClientOptions, settingsOf } from './options.ts';
import { orUsageError } from './usage.ts';

export class Moonborn {
  readonly chat: Chat;

  constructor(options: ClientOptions = {}) {
    this.chat = new Chat(orUsageError(() => settingsOf(options ?? {})));
  }
}
