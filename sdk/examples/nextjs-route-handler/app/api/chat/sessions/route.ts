// A route handler of Next.js that starts chat sessions for the app's own pages, which never see the API key.
import Moonborn, { NotFoundError } from '@moonborn/sdk';

export async function POST(request: Request): Promise<Response> {
  // Here and not above, so that "next build" needs no key.
  const client = new Moonborn({ apiKey: process.env.MOONBORN_API_KEY });
  const { personaId } = await request.json();
  try {
    // One key for each click, made by the page: a click that is sent twice starts one session.
    const { session } = await client.chat.startChatSession(
      { id: personaId, personaId },
      { idempotencyKey: request.headers.get('idempotency-key') ?? undefined, signal: request.signal },
    );
    return Response.json({ sessionId: session.sessionId }, { status: 201 });
  } catch (error) {
    if (error instanceof NotFoundError) {
      return Response.json({ error: 'There is no such persona.' }, { status: 404 });
    }
    throw error;
  }
}
