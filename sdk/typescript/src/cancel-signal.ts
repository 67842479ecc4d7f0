// What the SDK asks of an `AbortSignal`, so that its types need neither the DOM's nor Node's.

/** What an `AbortSignal` is, whatever runtime it comes from. */
export interface CancelSignal {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
