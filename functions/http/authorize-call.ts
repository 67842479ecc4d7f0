// Lets an authenticated caller with the needed scope through, and nobody else.
import { hasScope, type Principal, type Verdict } from '../access/verdict.ts';
import { Refusal } from './refusal.ts';

const HOW_TO_AUTHENTICATE = 'Send an API key or a session JWT as "Authorization: Bearer <token>"';

/** @throws Refusal `unauthorized`, `forbidden`, or `service_unavailable` when the caller can't be told now. */
export function authorizeCall(verdict: Verdict, scope: string): Principal {
  if (verdict.authn !== 'ok') {
    throw refusalOf(verdict.authn);
  }
  if (!hasScope(verdict.principal, scope)) {
    throw new Refusal(
      'forbidden',
      `These credentials lack the scope ${scope}. Use credentials that hold it, or have it added to them.`,
      { details: { requiredScope: scope } },
    );
  }
  return verdict.principal;
}

function refusalOf(authn: Exclude<Verdict['authn'], 'ok'>): Refusal {
  switch (authn) {
    case 'missing':
      return new Refusal('unauthorized', `No credentials were given. ${HOW_TO_AUTHENTICATE}.`);
    case 'invalid':
      return new Refusal('unauthorized', `The credentials are not valid. ${HOW_TO_AUTHENTICATE}.`);
    case 'expired':
      return new Refusal('unauthorized', 'The credentials have expired. Get new ones and try again.');
    case 'unavailable':
      return new Refusal(
        'service_unavailable',
        'The credentials cannot be checked right now. They may be good: keep them and try again in a moment.',
        { retryAfterSeconds: 2 },
      );
  }
}
