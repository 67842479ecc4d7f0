// For each alarm the fault that fires it, as docs/operations.md lists them.
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseCall } from '../faults/database-proxy.ts';
import type { AlteredResource } from './altered-assembly.ts';
import type { Operation, WatchedStack } from './watched-stack.ts';

export interface FaultStory {
  /** What is different about the template and the bundles before the stack starts. */
  readonly alter?: (resource: AlteredResource) => void;
  happen(stack: WatchedStack): Promise<void>;
}

/** What a call costs at most before it gives up is a matter of seconds, so they go together. */
const AT_ONCE = 6;

const MINUTE_MS = 60_000;

/** More than a burst of one caller, which is no reason to wake anybody. */
const TURNED_AWAY = 20;

/** @param alarm as in the template, without the stack's name */
export function faultFor(alarm: string): FaultStory {
  const [, subject = '', kind = ''] =
    /^(.+?)(Errors|Throttles|Latency|Behind|NotPolling|DeadLetters)$/.exec(alarm) ?? [];
  switch (alarm) {
    case 'ApiServerErrors':
      return databaseFault((call) => isOf('StartChatSession', call), 'overloaded', 'startChatSession');
    case 'ApiThrottles':
      return stageThrottled();
    case 'AuthorizerUnavailable':
      return databaseFault((call) => isOf('Authorizer', call), 'overloaded', 'startChatSession');
    case 'TableReadThrottles':
      return databaseFault(isCall('StartChatSession', 'GetItem'), 'throttle', 'startChatSession');
    case 'TableWriteThrottles':
      return databaseFault(isCall('StartChatSession', 'PutItem'), 'throttle', 'startChatSession');
    case 'TableIndexReadThrottles':
      return databaseFault(isCall('ListChatSessions', 'Query'), 'throughput-exceeded', 'listChatSessions');
    case 'TableIndexWriteThrottles':
      return databaseFault(isCall('StartChatSession', 'PutItem'), 'throughput-exceeded', 'startChatSession');
  }
  switch (kind) {
    case 'Errors':
      return brokenBundle(subject);
    case 'Behind':
      return consumerOutage(subject, 11 * MINUTE_MS, 'invoked');
    case 'NotPolling':
      return mappingDisabled(subject);
    case 'DeadLetters':
      return consumerOutage(subject, 24 * 60 * MINUTE_MS, 'given up');
    case 'Throttles':
      return isConsumer(subject) ? noConcurrencyLeft(subject) : concurrencyUsedUp(subject);
    case 'Latency':
      return slowDatabase(subject);
    default:
      throw new Error(
        `No fault is known that fires the alarm ${alarm}; add it here and to docs/operations.md`,
      );
  }
}

function databaseFault(
  when: (call: DatabaseCall) => boolean,
  kind: 'overloaded' | 'throttle' | 'throughput-exceeded',
  operation: Operation,
): FaultStory {
  return {
    async happen(stack) {
      stack.breakDatabase({ when, fault: { kind } });
      await callTogether(stack, operation);
    },
  };
}

/** A release whose code cannot even be loaded. */
function brokenBundle(subject: string): FaultStory {
  return {
    alter: (resource) => {
      const { codeFolder } = resource;
      if (isFunctionOf(subject, resource)) {
        appendFileSync(join(codeFolder, 'index.cjs'), '\nthrow new Error("A bad release");\n');
      }
    },
    happen: (stack) =>
      isConsumer(subject) ? startAndFollow(stack, subject) : callTogether(stack, operationOf(subject)),
  };
}

function concurrencyUsedUp(subject: string): FaultStory {
  return {
    alter: (resource) => {
      const { properties } = resource;
      if (isFunctionOf(subject, resource)) {
        properties.ReservedConcurrentExecutions = 1;
      }
    },
    happen: (stack) => callTogether(stack, operationOf(subject)),
  };
}

/** The account has none to spare for a function that nobody waits for. */
function noConcurrencyLeft(subject: string): FaultStory {
  return {
    alter: (resource) => {
      const { properties } = resource;
      if (isFunctionOf(subject, resource)) {
        properties.ReservedConcurrentExecutions = 0;
      }
    },
    happen: (stack) => startAndFollow(stack, subject),
  };
}

/** A stage whose throttle lets nobody through. */
function stageThrottled(): FaultStory {
  return {
    alter: ({ type, properties }) => {
      if (type === 'AWS::ApiGatewayV2::Stage') {
        properties.DefaultRouteSettings = { ThrottlingRateLimit: 0, ThrottlingBurstLimit: 0 };
        properties.RouteSettings = {};
      }
    },
    async happen(stack) {
      await Promise.all(Array.from({ length: TURNED_AWAY }, () => stack.call('unknownRoute')));
    },
  };
}

/** Somebody has disabled the mapping, as the console and the command line let them; the other consumer goes on. */
function mappingDisabled(subject: string): FaultStory {
  return {
    alter: ({ type, properties }) => {
      if (
        type === 'AWS::Lambda::EventSourceMapping' &&
        JSON.stringify(properties.FunctionName).includes(subject)
      ) {
        properties.Enabled = false;
      }
    },
    async happen(stack) {
      await stack.call('startChatSession');
      await stack.follow(CONSUMERS.find((name) => name !== subject) ?? '', 'invoked');
    },
  };
}

/** What a consumer needs does not answer for so long: the table when it counts, the bus when it publishes. */
function consumerOutage(subject: string, lastsMs: number, until: 'invoked' | 'given up'): FaultStory {
  return {
    async happen(stack) {
      stack.breakDatabase({ when: (call) => isOf('CountUsage', call), fault: { kind: 'overloaded' } });
      stack.breakEventBus();
      await startAndFollow(stack, subject);
      stack.passMs(lastsMs);
      await stack.follow(subject, until);
    },
  };
}

async function startAndFollow(stack: WatchedStack, subject: string): Promise<void> {
  await stack.call('startChatSession');
  await stack.follow(subject, 'invoked');
}

const CONSUMERS = ['CountUsage', 'PublishSessionEvents'];

function isConsumer(subject: string): boolean {
  return CONSUMERS.includes(subject);
}

function isFunctionOf(subject: string, { type, logicalId }: AlteredResource): boolean {
  return type === 'AWS::Lambda::Function' && logicalId.startsWith(`${subject}Function`);
}

/** Its first call gets no answer, so the function's own time-out passes before it asks again. */
function slowDatabase(subject: string): FaultStory {
  return {
    async happen(stack) {
      stack.breakDatabase({ when: (call) => isOf(subject, call), nth: 1, fault: { kind: 'hang-before' } });
      await stack.call(operationOf(subject));
    },
  };
}

async function callTogether(stack: WatchedStack, operation: Operation): Promise<void> {
  await Promise.all(Array.from({ length: AT_ONCE }, () => stack.call(operation)));
}

/** Locally the access key id names the function. */
function isOf(subject: string, { caller }: DatabaseCall): boolean {
  return caller.startsWith(`LOCAL${subject}Function`);
}

function isCall(subject: string, operation: string): (call: DatabaseCall) => boolean {
  return (call) => isOf(subject, call) && call.operation === operation;
}

/** A call that reaches the function; the authorizer stands before all of them. */
function operationOf(subject: string): Operation {
  return subject === 'Authorizer'
    ? 'startChatSession'
    : ((subject.charAt(0).toLowerCase() + subject.slice(1)) as Operation);
}
