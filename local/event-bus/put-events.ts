// PutEvents of EventBridge: its validation, and the form in which targets receive an event.
import { randomUUID } from 'node:crypto';

export interface Entry {
  EventBusName?: string;
  Source?: string;
  DetailType?: string;
  Detail?: string;
  Resources?: string[];
  /** Epoch seconds. */
  Time?: number;
}

export interface BusEvent {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  time: string;
  region: string;
  resources: string[];
  detail: Record<string, unknown>;
}

export type EntryOutcome = { event: BusEvent; busName: string } | { ErrorCode: string; ErrorMessage: string };

const ENTRIES_MAX = 10;
const REQUEST_MAX_BYTES = 262_144;

/** @throws Error when the call is refused as a whole. */
export function readEntries(body: string): Entry[] {
  const { Entries } = JSON.parse(body) as { Entries?: Entry[] };
  if (!Array.isArray(Entries) || Entries.length < 1 || Entries.length > ENTRIES_MAX) {
    throw new Error(`Entries must have 1 to ${ENTRIES_MAX} members`);
  }
  const bytes = Entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (bytes > REQUEST_MAX_BYTES) {
    throw new Error(`Total size of the entries in the request is over the limit: ${bytes} bytes`);
  }
  return Entries;
}

/** A single entry may be refused although the call succeeds. */
export function eventOf(entry: Entry, place: { region: string; account: string }): EntryOutcome {
  const { EventBusName = 'default', Source, DetailType, Detail, Resources = [], Time } = entry;
  if (!Source || !DetailType || Detail === undefined) {
    const missing = !Source ? 'Source' : !DetailType ? 'DetailType' : 'Detail';
    return { ErrorCode: 'InvalidArgument', ErrorMessage: `Parameter ${missing} is not valid.` };
  }
  const detail = parsed(Detail);
  if (typeof detail !== 'object' || detail === null || Array.isArray(detail)) {
    return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  }
  const atMs = Time === undefined ? Date.now() : Time * 1_000;
  return {
    busName: EventBusName,
    event: {
      version: '0',
      id: randomUUID(),
      'detail-type': DetailType,
      source: Source,
      account: place.account,
      time: new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z'),
      region: place.region,
      resources: Resources,
      detail: detail as Record<string, unknown>,
    },
  };
}

/** As EventBridge counts: the time is 14 bytes, and the names of fields are not counted. */
function sizeOf({ Time, Source = '', DetailType = '', Detail = '', Resources = [] }: Entry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), Time === undefined ? 0 : 14);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
