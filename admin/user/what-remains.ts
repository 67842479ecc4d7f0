// What an erase does not remove, and why: said to the operator each time.

export const WHAT_REMAINS: readonly string[] = [
  'Tombstones of the erased sessions: their keys, with org, persona, workspace and a random id, and nothing of the user. They keep a retry of a start from bringing a session back. They expire within 2 days and 5 minutes, and TTL removes them within days after that.',
  'Intent items of idempotency keys that are no UUIDv7: hashes, and the id of a session; they name no user. They keep a retry from starting the session again. They expire 24 hours after the start.',
  'Backups: point-in-time recovery can bring back the table of any moment of the last 35 days. After a restore, erase again.',
  'The stream of the table: 24 hours.',
  'Logs, until they expire (logRetentionDays): they hold no user id; the access log holds the addresses and user agents of callers, unless accessLog.identifiesCallers is false.',
  'Events that were published, and those that tell of these deletions: they are with their subscribers.',
  'Counts of usage and requests by org, day and minute: they name no user.',
  'Messages, which the chat engine holds, and the account at the identity provider: as long as it is open, its user can start sessions.',
];
