// What the SDK asks of an `AbortSignal`, so that its types need neither the DOM's nor Node's.

/** The part of an `AbortSignal` that every runtime has. */
export interface CancelSignal {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
