// The dashboard: rendered from the routes, so that an operation can't be missing from it.
import { describe, expect, it } from 'vitest';
import { routes } from '../../functions/routes.ts';
import { byId, functionOf, only, prod, referredTo } from './template.ts';

/** The body, with the ids of resources in the place of what only a deployment knows. */
const body = only('AWS::CloudWatch::Dashboard', prod)
  .Properties.DashboardBody['Fn::Join'][1].map((part: unknown) =>
    typeof part === 'string' ? part : referredTo(part) || 'aws',
  )
  .join('');

interface Widget {
  readonly type: string;
  readonly properties: { readonly title?: string; readonly metrics?: unknown[][]; readonly query?: string };
}

const widgets: Widget[] = JSON.parse(body).widgets;

function widgetTitled(title: string): Widget['properties'] {
  const found = widgets.filter(({ properties }) => properties.title === title);
  expect(found).toHaveLength(1);
  return (found[0] as Widget).properties;
}

function textOf(title: string): string {
  return JSON.stringify(widgetTitled(title).metrics);
}

it.each(Object.keys(routes))(
  'of %s it shows how requests ended, and how long they took at the alias that serves',
  (operation) => {
    const { id } = functionOf(operation, prod);
    for (const shown of [`operation=\\"${operation}\\"`, id, 'Invocations', 'MoonbornChatSessions/prod']) {
      expect(textOf(`${operation}: requests by outcome`)).toContain(shown);
    }
    for (const shown of [`${id}:live`, 'p50', 'p90', 'p99']) {
      expect(textOf(`${operation}: latency (ms)`)).toContain(shown);
    }
  },
);

describe('of the whole', () => {
  it.each([
    ['Authorizer: verdicts', 'operation=\\"authorize\\"'],
    [
      'Authorizer: refusals by reason',
      'operation,reason} MetricName=\\"durationMs\\" operation=\\"authorize\\"',
    ],
    ['Cold starts', 'coldStarts'],
    ['Table: throttles', 'WriteThrottleEvents'],
    ['Table: consumed units', 'ConsumedWriteCapacityUnits'],
    ['API: answers', '5xx'],
    ['API: latency (ms)', 'p99'],
  ])('it shows "%s"', (title, shown) => {
    expect(textOf(title)).toContain(shown);
  });

  it('it ranks the orgs by the sessions that they started, from the access log', () => {
    const { query } = widgetTitled('Starts by org: top 10');
    const { Format, DestinationArn } = only('AWS::ApiGatewayV2::Stage', prod).Properties.AccessLogSettings;
    expect(query).toContain(`SOURCE '${byId(referredTo(DestinationArn), prod).id}'`);
    expect(query).toContain('filter routeKey = "POST /v1/personas/{id}/chat/sessions" and status = "201"');
    expect(query).toContain('by orgId');
    expect(JSON.parse(Format)).toMatchObject({
      routeKey: '$context.routeKey',
      status: '$context.status',
      orgId: '$context.authorizer.orgId',
    });
  });

  it('it has no metric of a single customer, since each would be paid by the month', () => {
    for (const { type, properties } of widgets) {
      if (type === 'metric') {
        expect(JSON.stringify(properties)).not.toMatch(/orgId/);
      }
    }
  });
});
