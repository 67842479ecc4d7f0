// Records a turn of a chat session: its messages, tokens and cost, as the chat engine counted them.
import { type EndpointSettings, readEndpointEnv } from './env.ts';
import { endpoint, type Platform } from './http/endpoint.ts';
import { openPlatform } from './http/platform.ts';
import { notFound, Refusal } from './http/refusal.ts';
import { expiresAt } from './sessions/expiry.ts';
import { sessionOfPath } from './sessions/session-path.ts';
import { recordTurn, type TurnRefusal } from './sessions/turn.ts';
import { readTurnRequest } from './sessions/turn-request.ts';

export function createRecordChatTurn(
  platform: Platform,
  { expiryDays }: Pick<EndpointSettings, 'expiryDays'>,
) {
  return endpoint('recordChatTurn', platform, async (call) => {
    const { table, requestId, nowMs } = call;
    const address = sessionOfPath(call);
    const turn = readTurnRequest(call);
    const record = { address, turn, requestId, nowMs, expiresAt: expiresAt(nowMs, expiryDays.idle) };
    const recorded = await recordTurn(table, record);
    if (!('session' in recorded)) {
      throw refusalOf(recorded, turn.turn);
    }
    const { session, outcome } = recorded;
    return { status: 200, body: { session, alreadyRecorded: outcome === 'already_recorded' }, outcome };
  });
}

function refusalOf(turn: TurnRefusal, number: number): Refusal {
  switch (turn.outcome) {
    case 'not_found':
      return notFound('Session');
    case 'deleted':
      return new Refusal('state_conflict', 'The session has been deleted. It takes no turns.');
    case 'ended':
      return new Refusal(
        'state_conflict',
        'The session has ended. It takes no turns; start another session.',
      );
    case 'archived':
      return new Refusal(
        'state_conflict',
        'The session is archived. It takes no turns until it is changed with "archived": false.',
      );
    case 'figures_differ':
      return new Refusal(
        'state_conflict',
        `Turn ${number} has been recorded with other figures. Read the session, and record the next turn.`,
      );
    case 'gap':
      return new Refusal(
        'state_conflict',
        `Turn ${number} would leave a gap: the next turn of this session is ${turn.nextTurn}.`,
        { details: { nextTurn: turn.nextTurn } },
      );
  }
}

const settings = readEndpointEnv(process.env);
export const handler = createRecordChatTurn(openPlatform(settings), settings);
