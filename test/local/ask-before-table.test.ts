// A table in an AWS account is created only after a yes.
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askBeforeTable } from '../../local/database/ask-before-table.ts';
import { type Database, startEmbeddedDatabase } from '../../local/database/database.ts';
import { start } from './npm-start.ts';
import { tempFolder } from './temp-folder.ts';

const ENDPOINT = 'https://dynamodb.eu-central-1.amazonaws.com';
const QUESTION = `There is no table Sessions at ${ENDPOINT}, which is AWS. Create it there?`;

async function answered(answer: string): Promise<{ shown: string; asked: Promise<void> }> {
  const input = new PassThrough();
  const output = new PassThrough();
  const asked = askBeforeTable('Sessions', ENDPOINT, { input, output });
  const [shown] = await once(output, 'data');
  input.write(`${answer}\n`);
  return { shown: String(shown), asked };
}

describe('A table that would be created on AWS', () => {
  it.each(['y', 'YES', ' yes '])('is created after %j', async (answer) => {
    const { shown, asked } = await answered(answer);
    expect(shown).toContain(`${QUESTION} [y/N]`);
    await expect(asked).resolves.toBeUndefined();
  });

  it.each(['', 'n', 'yep'])('is not created after %j', async (answer) => {
    const { asked } = await answered(answer);
    await expect(asked).rejects.toThrow('The table Sessions was not created.');
  });
});

describe('npm start with an address of AWS', () => {
  let database: Database;

  beforeAll(async () => {
    database = await startEmbeddedDatabase();
  });

  afterAll(() => database.close());

  it('creates no table without a terminal, and says which option allows it', async () => {
    // Names of AWS lead to this machine.
    const lookup = `import dns from 'node:dns';
      const { lookup } = dns;
      dns.lookup = (name, options, done) => lookup(name.endsWith('.amazonaws.com') ? '127.0.0.1' : name, options, done);`;
    const endpoint = `http://dynamodb.eu-central-1.amazonaws.com:${new URL(database.endpoint).port}`;
    const refused = start(tempFolder(), [], {
      AWS_ENDPOINT_URL_DYNAMODB: endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'eu-central-1',
      NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(lookup)}`,
    });
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toMatch(
      /error: There is no table \S+ at http:\/\/dynamodb\.eu-central-1\.amazonaws\.com:\d+, which is AWS\. Create it there\? There is no terminal to answer from: npm start -- --create-table says yes beforehand\./,
    );
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const client = new DynamoDBClient({ endpoint: database.endpoint, region: 'eu-central-1', credentials });
    expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual([]);
    client.destroy();
  });
});
