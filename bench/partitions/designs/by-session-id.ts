// Rejected: a global index that finds a session by its id alone. Every start writes a second item, into the index.
import { sessionAddressOf } from '../../../functions/sessions/session-item.ts';
import type { IndexKeyOf } from '../model/capacity.ts';

export const bySessionId: IndexKeyOf = (item) => sessionAddressOf(item)?.ulid;
