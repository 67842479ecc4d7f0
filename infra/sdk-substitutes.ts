// Parts of the SDK that a function with the region and the credentials of Lambda never runs, kept out of the bundles.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

const FOLDER = join(import.meta.dirname, 'sdk-substitutes');

/** What a bundle does with the SDK. */
export type SdkUse =
  /** Calls DynamoDB past the SDK's stack of middlewares: `functions/store/client/`. */
  | 'direct'
  /** Calls through the stack, as the SDK is made for. */
  | 'stack'
  /** Whatever it likes: nothing is left out. */
  | 'anything';

/** What stands in for a file of the SDK, where something calls it. */
const SUBSTITUTES: Readonly<Record<string, string>> = {
  '@aws-sdk/client-dynamodb/package.json': 'package-version.ts',
  '@aws-sdk/core/dist-es/submodules/client/middleware-logger/loggerMiddleware.js': 'stack-parts.ts',
  '@aws-sdk/core/dist-es/submodules/client/middleware-recursion-detection/getRecursionDetectionPlugin.js':
    'stack-parts.ts',
  '@aws-sdk/core/dist-es/submodules/client/middleware-user-agent/user-agent-middleware.js': 'stack-parts.ts',
  '@aws-sdk/core/dist-es/submodules/client/util-user-agent-node/defaultUserAgent.js': 'user-agent.ts',
  '@aws-sdk/credential-provider-node/dist-es/index.js': 'credential-provider-node.ts',
  '@aws-sdk/middleware-endpoint-discovery/dist-es/index.js': 'middleware-endpoint-discovery.ts',
  '@smithy/core/dist-es/submodules/config/node-config-provider/fromSharedConfigFiles.js': 'settings-files.ts',
  '@smithy/core/dist-es/submodules/endpoints/middleware-endpoint/adaptors/getEndpointUrlConfig.js':
    'settings-files.ts',
  '@smithy/core/dist-es/submodules/serde/util-stream/stream-type-check.js': 'web-streams.ts',
  '@smithy/core/dist-es/submodules/serde/uuid/v4.js': 'uuid.ts',
  '@smithy/signature-v4/dist-es/HeaderFormatter.js': 'event-headers.ts',
};

/** Nothing ever calls what is in these: whoever does is told so. */
const LEFT_OUT = [
  // Lists that read page after page by themselves, and the commands that only they use.
  '@aws-sdk/client-dynamodb/dist-es/pagination/index.js',
  '@aws-sdk/lib-dynamodb/dist-es/pagination/index.js',
  // SHA-256 in JavaScript, for machines without Node's own.
  '@smithy/core/dist-es/submodules/checksum/sha256/Sha256Js.js',
  '@smithy/core/dist-es/submodules/config/config-resolver/regionConfig/getInstanceMetadataRegion.js',
  '@smithy/core/dist-es/submodules/endpoints/middleware-endpoint/service-customizations/s3.js',
  '@smithy/core/dist-es/submodules/event-streams/index.js',
  // The other retry mode.
  '@smithy/core/dist-es/submodules/retry/util-retry/AdaptiveRetryStrategy.js',
  '@smithy/core/dist-es/submodules/retry/util-retry/DefaultRateLimiter.js',
  // Timestamps as types of their own, which items don't have.
  '@smithy/core/dist-es/submodules/serde/date-utils.js',
];

/** Beside those, where calls go past the stack. */
const DIRECT_SUBSTITUTES: typeof SUBSTITUTES = {
  '@smithy/core/dist-es/submodules/client/middleware-stack/MiddlewareStack.js': 'middleware-stack.ts',
  '@smithy/core/dist-es/submodules/endpoints/middleware-endpoint/adaptors/getEndpointFromInstructions.js':
    'endpoint-middleware.ts',
  '@smithy/core/dist-es/submodules/endpoints/middleware-endpoint/endpointMiddleware.js':
    'endpoint-middleware.ts',
  '@smithy/node-http-handler/dist-es/index.js': 'node-http-handler.ts',
};

const DIRECT_LEFT_OUT = [
  // What would choose the way to sign, for each call.
  '@smithy/core/dist-es/legacy-root-exports/middleware-http-auth-scheme/httpAuthSchemeMiddleware.js',
  // What the stack writes and reads messages with; calls ask the protocol itself.
  '@smithy/core/dist-es/submodules/schema/middleware/schemaDeserializationMiddleware.js',
  '@smithy/core/dist-es/submodules/schema/middleware/schemaSerializationMiddleware.js',
  // Signatures are made by functions/store/client/request-signer.ts.
  '@smithy/core/dist-es/submodules/checksum/sha256/Sha256Node.js',
  '@smithy/signature-v4/dist-es/index.js',
];

/** A name that the SDK newly imports from one of these files, or one that has gone, ends the bundling with an error. */
export function sdkSubstitutes(use: Exclude<SdkUse, 'anything'>): Plugin {
  const substitutes = use === 'direct' ? { ...SUBSTITUTES, ...DIRECT_SUBSTITUTES } : SUBSTITUTES;
  const absent = use === 'direct' ? [...LEFT_OUT, ...DIRECT_LEFT_OUT] : LEFT_OUT;
  return {
    name: 'sdk-substitutes',
    setup({ onLoad }) {
      onLoad({ filter: anyOf([...Object.keys(substitutes), ...absent]) }, ({ path }) => {
        const substitute = Object.entries(substitutes).find(([file]) => path.endsWith(file))?.[1];
        const contents =
          substitute === undefined
            ? leftOut(readFileSync(path, 'utf8'))
            : readFileSync(join(FOLDER, substitute), 'utf8');
        return { contents, loader: 'ts', resolveDir: FOLDER };
      });
    },
  };
}

function anyOf(files: readonly string[]): RegExp {
  const escaped = files.map((file) => file.replace(/[.]/g, '\\$&'));
  return new RegExp(`/node_modules/(?:${escaped.join('|')})$`);
}

/** A module with the same names, all of which throw. */
function leftOut(source: string): string {
  const declared = [...source.matchAll(/^export (?:async )?(?:function|class|const) (\w+)/gm)];
  // `Name`, or `Name as OtherName`.
  const passedOn = [...source.matchAll(/^export \{([^}]*)\}/gm)].flatMap(([, list = '']) => [
    ...list.matchAll(/(\w+)\s*(?:,|$)/g),
  ]);
  const exports = [...declared, ...passedOn].map(([, name]) => `absent as ${name}`);
  return `
    function absent() { throw new Error('This part of the SDK is left out of the bundles; see infra/sdk-substitutes.ts'); }
    export { ${exports.join(', ')} };
  `;
}
