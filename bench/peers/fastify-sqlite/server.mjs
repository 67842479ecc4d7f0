// Sessions in SQLite behind Fastify, each on the disk before it is answered: the least that a durable start takes.
import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import fastify from 'fastify';

const [, , port, file] = process.argv;
const database = new DatabaseSync(file);
database.exec(
  'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE sessions (id TEXT PRIMARY KEY, persona TEXT NOT NULL, started TEXT NOT NULL)',
);
const insert = database.prepare('INSERT INTO sessions VALUES (?, ?, ?)');
const app = fastify();
app.post('/sessions', (request, reply) => {
  const session = { id: randomUUID(), persona: request.body.personaId, started: new Date().toISOString() };
  insert.run(session.id, session.persona, session.started);
  reply.code(201).send(session);
});
await app.listen({ port: Number(port), host: '127.0.0.1' });
