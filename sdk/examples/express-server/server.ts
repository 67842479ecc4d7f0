// An Express server that starts chat sessions for its own web page, which never sees the API key.
import Moonborn, { MoonbornError, NotFoundError, RateLimitError } from '@moonborn/sdk';
import express, { type ErrorRequestHandler } from 'express';

const client = new Moonborn({ apiKey: process.env.MOONBORN_API_KEY });
const app = express().use(express.json());

app.post('/api/chat/sessions', async (request, response) => {
  const { personaId } = request.body;
  // One key for each click, made by the page: a click that is sent twice starts one session.
  const { session } = await client.chat.startChatSession(
    { id: personaId, personaId },
    { idempotencyKey: request.get('idempotency-key') },
  );
  response.status(201).json({ sessionId: session.sessionId });
});

const answerError: ErrorRequestHandler = (error, _request, response, next) => {
  if (error instanceof NotFoundError) {
    response.status(404).json({ error: 'There is no such persona.' });
  } else if (error instanceof RateLimitError) {
    const seconds = Math.ceil((error.retryAfterMs ?? 1_000) / 1_000);
    response.status(429).set('retry-after', String(seconds)).json({ error: 'Too many chats at once.' });
  } else if (error instanceof MoonbornError) {
    console.error(error);
    response.status(502).json({ error: 'The chat could not be started.' });
  } else {
    next(error);
  }
};
app.use(answerError);

app.listen(Number(process.env.PORT ?? 3000));
