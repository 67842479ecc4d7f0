// Local stacks as wholes: starting, standing beside each other, stopping.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { startEmbeddedDatabase } from '../../local/database/database.ts';
import { type LocalStack, type LocalStackOptions, startLocalStack } from '../../local/stack.ts';
import type { Synthesised } from '../../local/synthesise.ts';
import { synthesiseFixture } from './fixture/synthesise-fixture.ts';
import { echo } from './talk.ts';
import { tempFolder } from './temp-folder.ts';

let synthesised: Synthesised;

beforeAll(async () => {
  synthesised = await synthesiseFixture();
});

function start(options: Partial<LocalStackOptions> = {}): Promise<LocalStack> {
  return startLocalStack({ port: 0, folder: tempFolder(), synthesised, ...options });
}

function portOf({ baseUrl }: LocalStack): number {
  return Number(new URL(baseUrl).port);
}

describe('A local stack', () => {
  it('leaves word of itself for the operator commands, and takes it back when it stops', async () => {
    const folder = tempFolder();
    const stack = await start({ folder });
    const file = join(folder, 'stack.json');
    const { baseUrl, tableName, databaseEndpoint } = stack;
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      baseUrl,
      tableName,
      databaseEndpoint,
      region: 'us-east-1',
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await stack.close();
    expect(existsSync(file)).toBe(false);
  });

  it('refuses a folder in which another one runs, and not one that was left in a hurry', async () => {
    const folder = tempFolder();
    const first = await start({ folder });
    const [lock = ''] = readdirSync(folder).filter((name) => name.startsWith('lock.'));
    const word = readFileSync(join(folder, lock), 'utf8');
    await expect(start({ folder })).rejects.toThrow(
      `A local stack is running already: ${first.baseUrl} (process ${process.pid}, folder ${folder}).`,
    );
    await first.close();
    writeFileSync(join(folder, lock), word);
    const second = await start({ folder });
    await second.close();
  });

  it('refuses a port that is taken, and says which and what to do', async () => {
    const first = await start();
    const port = portOf(first);
    await expect(start({ port })).rejects.toThrow(
      `Port ${port} is taken by another process. Stop it, or choose another port: npm start -- --port 8788`,
    );
    expect((await fetch(`${first.baseUrl}/items/1`)).status).toBe(200);
    await first.close();
  });

  it('frees its port when it stops', async () => {
    const first = await start();
    const port = portOf(first);
    await first.close();
    await expect(fetch(first.baseUrl)).rejects.toThrow();
    const second = await start({ port });
    expect((await fetch(`${second.baseUrl}/items/1`)).status).toBe(200);
    await second.close();
  });

  it('answers what is under way before it stops', async () => {
    const stack = await start();
    const slow = fetch(`${stack.baseUrl}/behave?do=wait-100`);
    await echo(stack.baseUrl, '/items/1');
    const closed = stack.close();
    expect((await slow).status).toBe(200);
    await closed;
  });

  it('can be stopped twice', async () => {
    const stack = await start();
    await stack.close();
    await expect(stack.close()).resolves.toBeUndefined();
  });

  it('stands beside others that run the same assembly, each with its own data', async () => {
    const [one, other] = await Promise.all([start(), start()]);
    const Item = { pk: 'only', sk: 'here' };
    await one.table.client.send(new PutCommand({ TableName: one.tableName, Item }));
    const read = (stack: LocalStack) =>
      stack.table.client.send(new GetCommand({ TableName: stack.tableName, Key: Item }));
    expect((await read(one)).Item).toEqual(Item);
    expect((await read(other)).Item).toBeUndefined();
    await Promise.all([one.close(), other.close()]);
  });

  it('uses another database when told to', async () => {
    const database = await startEmbeddedDatabase();
    const stack = await start({ databaseEndpoint: database.endpoint });
    expect(stack.databaseEndpoint).toBe(database.endpoint);
    const { environment } = await echo(stack.baseUrl, '/items/1');
    expect(environment.AWS_ENDPOINT_URL_DYNAMODB).toBe(database.endpoint);
    await stack.close();
    expect((await fetch(database.endpoint)).status).toBe(200);
    await database.close();
  });

  it('gives every function the same credentials when told to', async () => {
    const databaseCredentials = { accessKeyId: 'everyone', secretAccessKey: 'hidden' };
    const stack = await start({ databaseCredentials });
    const { environment } = await echo(stack.baseUrl, '/items/1');
    expect(environment.AWS_ACCESS_KEY_ID).toBe('everyone');
    expect(environment).not.toHaveProperty('AWS_SESSION_TOKEN');
    await stack.close();
  });

  it('leaves nothing behind when it cannot start', async () => {
    const folder = tempFolder();
    const broken = { ...synthesised, assemblyFolder: tempFolder() };
    await expect(start({ folder, synthesised: broken })).rejects.toThrow(/manifest\.json/);
    expect(existsSync(join(folder, 'stack.json'))).toBe(false);
  });
});

describe('A session JWT of the local issuer', () => {
  it('verifies with the public half of the key in its folder, after a restart too', async () => {
    const first = await start();
    const token = await first.signSessionJwt({ sub: 'usr_1', org_id: 'org_1' });
    await first.close();
    const second = await start();
    const again = await second.signSessionJwt({ sub: 'usr_1' });
    await second.close();
    const { d: _private, ...publicJwk } = JSON.parse(readFileSync(synthesised.signingKeyFile, 'utf8'));
    const { payload } = await jwtVerify(token, await importJWK(publicJwk), {
      issuer: 'https://issuer.moonborn.example/',
      audience: 'moonborn-local',
    });
    expect(payload).toMatchObject({ sub: 'usr_1', org_id: 'org_1', exp: expect.any(Number) });
    expect(decodeProtectedHeader(again)).toEqual(decodeProtectedHeader(token));
  });

  it('is signed with a key that nobody else can read', () => {
    expect(statSync(synthesised.signingKeyFile).mode & 0o777).toBe(0o600);
  });
});
