// What tokens of each identity provider look like, as their documentation shows them; all values are made up.

export interface TokenShape {
  /** The heading of docs/identity-providers.md whose configuration it is for. */
  readonly section: string;
  readonly what: string;
  readonly alg: 'RS256' | 'ES256';
  readonly claims: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  /** Members of the published key that are not as `{ use, alg }`. */
  readonly publishedAs?: Readonly<Record<string, unknown>>;
  /** Who calls, once it is let in. */
  readonly caller: { readonly orgId: string; readonly workspaceId: string; readonly userId: string };
  readonly scopes: readonly string[];
}

const BOTH = ['read:chat', 'write:chat'] as const;
const USER_UUID = '6f1d2c3b-4a59-4e78-8b96-a7c5d4e3f201';
const COGNITO = 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEf123';
const ENTRA_TENANT = '8f3a1c52-6b7e-4d19-9c40-2e5d7a90b1f6';
const ENTRA_API = 'c5d9e0a7-41b2-4f68-8a3d-0b7e6f1c2d34';

export const TOKEN_SHAPES: readonly TokenShape[] = [
  {
    section: 'Auth0',
    what: 'a user',
    alg: 'RS256',
    claims: {
      iss: 'https://acme.eu.auth0.com/',
      sub: 'auth0|6553da60a54af58e29493993',
      aud: ['https://chat.acme.example/api', 'https://acme.eu.auth0.com/userinfo'],
      azp: 'my_client_id',
      scope: 'openid profile read:chat write:chat',
      org_id: 'org_9ybsU1dN2dKfDkBi',
      'https://acme.example/workspace_id': 'ws_sales',
      permissions: ['read:chat', 'write:chat'],
    },
    caller: {
      orgId: 'org_9ybsU1dN2dKfDkBi',
      workspaceId: 'ws_sales',
      userId: 'auth0|6553da60a54af58e29493993',
    },
    scopes: ['openid', 'profile', 'read:chat', 'write:chat'],
  },
  {
    section: 'Auth0',
    what: 'a user who logs in with Google, in the profile of RFC 9068',
    alg: 'RS256',
    header: { typ: 'at+jwt' },
    claims: {
      iss: 'https://acme.eu.auth0.com/',
      sub: 'google-oauth2|103547991597142817347',
      aud: 'https://chat.acme.example/api',
      client_id: 'my_client_id',
      jti: '73WakrfVbNJBaAmhQtEeDv',
      scope: 'write:chat',
      org_id: 'org_9ybsU1dN2dKfDkBi',
      'https://acme.example/workspace_id': 'ws_sales',
    },
    caller: {
      orgId: 'org_9ybsU1dN2dKfDkBi',
      workspaceId: 'ws_sales',
      userId: 'google-oauth2|103547991597142817347',
    },
    scopes: ['write:chat'],
  },
  {
    section: 'Auth0',
    what: 'a machine-to-machine application',
    alg: 'RS256',
    claims: {
      iss: 'https://acme.eu.auth0.com/',
      sub: 'awZfdIir8YFdGZWkvCejDoUb7SjTDicx@clients',
      aud: 'https://chat.acme.example/api',
      azp: 'awZfdIir8YFdGZWkvCejDoUb7SjTDicx',
      gty: 'client-credentials',
      scope: 'write:chat',
      org_id: 'org_9ybsU1dN2dKfDkBi',
      'https://acme.example/workspace_id': 'ws_batch',
    },
    caller: {
      orgId: 'org_9ybsU1dN2dKfDkBi',
      workspaceId: 'ws_batch',
      userId: 'awZfdIir8YFdGZWkvCejDoUb7SjTDicx@clients',
    },
    scopes: ['write:chat'],
  },
  {
    section: 'Okta',
    what: 'a user',
    alg: 'RS256',
    claims: {
      ver: 1,
      jti: 'AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE',
      iss: 'https://acme.okta.com/oauth2/default',
      aud: 'api://moonborn',
      cid: '0oabskvc6442nkvQO0h7',
      uid: '00u5t60iloOHN9pBi0h7',
      scp: ['openid', ...BOTH],
      sub: 'ada.lovelace@acme.example',
      org_id: 'org_acme',
    },
    caller: { orgId: 'org_acme', workspaceId: 'ws_main', userId: 'ada.lovelace@acme.example' },
    scopes: ['openid', ...BOTH],
  },
  {
    section: 'Cognito: access tokens',
    what: 'a user',
    alg: 'RS256',
    claims: {
      sub: USER_UUID,
      'cognito:groups': ['chat-users'],
      iss: COGNITO,
      version: 2,
      client_id: '1example23456789',
      origin_jti: 'b9b6f1e2-0000-4000-8000-000000000001',
      token_use: 'access',
      scope: 'openid moonborn/write:chat moonborn/read:chat email',
      jti: 'b9b6f1e2-0000-4000-8000-000000000002',
      username: 'ada',
      org_id: 'org_acme',
    },
    caller: { orgId: 'org_acme', workspaceId: 'ws_main', userId: USER_UUID },
    scopes: ['write:chat', 'read:chat'],
  },
  {
    section: 'Cognito: ID tokens',
    what: 'a user',
    alg: 'RS256',
    claims: {
      sub: USER_UUID,
      'cognito:groups': ['staff', 'chat-users'],
      'cognito:username': 'ada',
      iss: COGNITO,
      aud: '1example23456789',
      event_id: 'b9b6f1e2-0000-4000-8000-000000000003',
      token_use: 'id',
      email: 'ada@acme.example',
      'custom:org_id': 'org_acme',
      'custom:workspace_id': 'ws_sales',
    },
    caller: { orgId: 'org_acme', workspaceId: 'ws_sales', userId: USER_UUID },
    scopes: BOTH,
  },
  {
    section: 'Entra ID',
    what: 'a user, with a key that names no algorithm',
    alg: 'RS256',
    publishedAs: { alg: undefined, x5t: 'nOo3ZDrODXEK1jKWhXslHR_KXEg', x5c: ['MIIC'.repeat(300)] },
    claims: {
      aud: ENTRA_API,
      iss: `https://login.microsoftonline.com/${ENTRA_TENANT}/v2.0`,
      aio: 'AWQAm/8TAAAA',
      azp: 'e2b1c4d7-5f60-4a8b-93c2-7d1e0f9a8b65',
      azpacr: '0',
      name: 'Ada Lovelace',
      oid: USER_UUID,
      rh: '0.AXkA',
      roles: ['Chat.ReadWrite'],
      scp: 'access_as_user',
      sub: 'AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ',
      tid: ENTRA_TENANT,
      uti: 'fqiBqXLPj0eQa82S-IYFAA',
      ver: '2.0',
    },
    caller: { orgId: ENTRA_TENANT, workspaceId: 'ws_main', userId: USER_UUID },
    scopes: BOTH,
  },
  {
    section: 'Clerk',
    what: 'a user with an active organization',
    alg: 'RS256',
    header: { cat: 'cl_B7d4PD111AAA', typ: 'JWT' },
    claims: {
      azp: 'https://app.acme.example',
      fva: [7, -1],
      iss: 'https://clerk.acme.example',
      o: { id: 'org_2ab3cd4ef5gh', rol: 'member', slg: 'acme' },
      sid: 'sess_2ab3cd4ef5gh',
      sts: 'active',
      sub: 'user_2ab3cd4ef5gh',
      v: 2,
    },
    caller: { orgId: 'org_2ab3cd4ef5gh', workspaceId: 'ws_main', userId: 'user_2ab3cd4ef5gh' },
    scopes: BOTH,
  },
  {
    section: 'Supabase',
    what: 'a user',
    alg: 'ES256',
    publishedAs: { key_ops: ['verify'], ext: true },
    claims: {
      iss: 'https://abcdefghijklmnopqrst.supabase.co/auth/v1',
      aud: 'authenticated',
      sub: USER_UUID,
      role: 'authenticated',
      aal: 'aal1',
      session_id: 'b9b6f1e2-0000-4000-8000-000000000004',
      email: 'ada@acme.example',
      phone: '',
      is_anonymous: false,
      app_metadata: { provider: 'email', org_id: 'org_acme', workspace_id: 'ws_sales', chat_role: 'editor' },
      user_metadata: { org_id: 'org_of_the_users_choice' },
    },
    caller: { orgId: 'org_acme', workspaceId: 'ws_sales', userId: USER_UUID },
    scopes: BOTH,
  },
  {
    section: 'Keycloak',
    what: 'a user',
    alg: 'RS256',
    claims: {
      jti: 'onrtac:b9b6f1e2-0000-4000-8000-000000000005',
      iss: 'https://sso.acme.example/realms/acme',
      aud: ['moonborn', 'account'],
      sub: USER_UUID,
      typ: 'Bearer',
      azp: 'chat-web',
      'allowed-origins': ['https://app.acme.example'],
      realm_access: { roles: ['offline_access', 'default-roles-acme'] },
      resource_access: { moonborn: { roles: ['chat-user'] }, account: { roles: ['view-profile'] } },
      scope: 'openid profile email',
      org_id: 'org_acme',
      workspace_id: 'ws_sales',
      preferred_username: 'ada',
    },
    caller: { orgId: 'org_acme', workspaceId: 'ws_sales', userId: USER_UUID },
    scopes: BOTH,
  },
  {
    section: 'Google Identity Platform',
    what: 'a user',
    alg: 'RS256',
    claims: {
      iss: 'https://securetoken.google.com/acme-chat',
      aud: 'acme-chat',
      sub: 'Zk1qT8vXw2RbN5mYc7dLpQ3sJ9h2',
      user_id: 'Zk1qT8vXw2RbN5mYc7dLpQ3sJ9h2',
      email: 'ada@acme.example',
      email_verified: true,
      firebase: { identities: { email: ['ada@acme.example'] }, sign_in_provider: 'password' },
      org_id: 'org_acme',
      workspace_id: 'ws_sales',
      chat_scopes: [...BOTH],
    },
    caller: { orgId: 'org_acme', workspaceId: 'ws_sales', userId: 'Zk1qT8vXw2RbN5mYc7dLpQ3sJ9h2' },
    scopes: BOTH,
  },
];
