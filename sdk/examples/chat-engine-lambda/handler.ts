// A Lambda function that hosts a chat engine: it starts a session, records each exchange as a turn, and ends the session.
import Moonborn from '@moonborn/sdk';

/** The engine keeps the messages, and so it knows the number of the turn. */
export type ChatEvent =
  | { action: 'start'; personaId: string; requestId: string }
  | { action: 'message'; sessionId: string; turn: number; text: string }
  | { action: 'end'; sessionId: string };

// Outside of the handler, so that later invocations use the same client.
const client = new Moonborn({ apiKey: process.env.MOONBORN_API_KEY });

export async function handler(event: ChatEvent) {
  switch (event.action) {
    case 'start': {
      // Lambda may deliver an event twice; the same key starts one session.
      const { session } = await client.chat.startChatSession(
        { id: event.personaId, personaId: event.personaId },
        { idempotencyKey: event.requestId },
      );
      return { sessionId: session.sessionId };
    }
    case 'message': {
      const { text, ...usage } = await answer(event.text);
      // A turn is counted once, however often it is sent with the same figures.
      const { session } = await client.chat.recordChatTurn({
        id: event.sessionId,
        turn: event.turn,
        messages: 2,
        ...usage,
      });
      return { text, costUsdMicros: session.costUsdMicros };
    }
    case 'end': {
      const { session } = await client.chat.endChatSession({ id: event.sessionId });
      return { endedAt: session.endedAt };
    }
  }
}

/** The call of the model goes here. */
async function answer(question: string) {
  const text = `You said: ${question}`;
  return { text, inputTokens: question.length, outputTokens: text.length, costUsdMicros: 5 * text.length };
}
