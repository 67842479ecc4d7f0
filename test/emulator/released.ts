// The last release as far as it holds data or an address: committed templates that a new version is deployed over.
//
// `node test/emulator/released.ts` writes them from the present source, when a release is made.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runner } from './run.ts';
import { stacksOf } from './stage.ts';

const folder = join(import.meta.dirname, 'released');

/** The configuration that an operator has at that release, for `prod`. */
export const releasedConfig = join(folder, 'config.json');

export function releasedTemplate(stack: string): string {
  return join(folder, `${stack}.json`);
}

/** Resources whose replacement loses data, a subscription that somebody confirmed, or an address that somebody calls. */
const STATEFUL =
  /^AWS::(DynamoDB::.*|Backup::.*|KMS::Key|Logs::LogGroup|S3::Bucket|SQS::Queue|SNS::(Topic|Subscription)|ApiGatewayV2::(Api|DomainName))$/;

interface Template {
  readonly Resources: Record<string, { readonly Type: string; readonly Metadata?: unknown }>;
  readonly Outputs: unknown;
}

async function writeReleased(): Promise<void> {
  const assembly = mkdtempSync(join(tmpdir(), 'moonborn-released-'));
  const run = runner(process.env as Record<string, string>);
  await run(
    'npx',
    'cdk',
    'synth',
    '--quiet',
    ...['--context', 'stage=prod', '--context', `config=${releasedConfig}`],
    '--output',
    assembly,
  );
  for (const stack of stacksOf('prod')) {
    const { Resources, Outputs } = JSON.parse(
      readFileSync(join(assembly, `${stack}.template.json`), 'utf8'),
    ) as Template;
    const stateful = Object.entries(Resources).flatMap(([id, { Metadata: _, ...resource }]) =>
      STATEFUL.test(resource.Type) ? [[id, resource]] : [],
    );
    const template = {
      Resources: Object.fromEntries(stateful),
      // The exports are what the service imports; its own outputs name resources that are not here.
      ...(stack.endsWith('-Data') ? { Outputs } : {}),
    };
    writeFileSync(releasedTemplate(stack), `${JSON.stringify(template, null, 2)}\n`);
  }
  rmSync(assembly, { recursive: true });
}

if (import.meta.main) {
  await writeReleased();
}
