// The API's suite against the stage that the emulator deployed.
import type { TestProject } from 'vitest/node';
import { localAudience, localIssuer } from '../../local/session-tokens.ts';

export default function setUp(project: TestProject): void {
  const { MOONBORN_BASE_URL, MOONBORN_TABLE, MOONBORN_SIGNING_KEY, AWS_ENDPOINT_URL, AWS_REGION } =
    process.env;
  project.provide('stack', {
    baseUrl: MOONBORN_BASE_URL ?? '',
    databaseEndpoint: AWS_ENDPOINT_URL ?? '',
    tableName: MOONBORN_TABLE ?? '',
    region: AWS_REGION ?? '',
    issuer: localIssuer,
    audience: localAudience,
    sessionsByUser: true,
    signingKey: JSON.parse(MOONBORN_SIGNING_KEY ?? ''),
  });
}
