// The alarms of the synthesised template, and what they make of metrics.
import { resolve } from '../../local/assembly/intrinsics.ts';
import { readStacks } from '../../local/assembly/stacks.ts';
import { PLACE } from './altered-assembly.ts';
import type { Datum } from './observed-metrics.ts';

interface AlarmProperties {
  readonly AlarmName: string;
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
  readonly Statistic?: 'Sum' | 'SampleCount' | 'Maximum';
  readonly ExtendedStatistic?: string;
  readonly Threshold: number;
  readonly ComparisonOperator: string;
}

export interface Alarm {
  /** Without the stack's name: `ApiServerErrors`. */
  readonly name: string;
  /** The value of its statistic; `undefined` when there are no data, which is no reason to fire. */
  measure(data: readonly Datum[]): number | undefined;
  /** Whether a period with this value counts towards firing. */
  breaches(value: number | undefined): boolean;
}

export function readAlarms(assemblyFolder: string): Alarm[] {
  return readStacks(assemblyFolder, PLACE).flatMap(({ name, scope, resourcesOf }) =>
    resourcesOf('AWS::CloudWatch::Alarm').map(([, { Properties }]) =>
      alarmOf(resolve(Properties, scope) as AlarmProperties, name),
    ),
  );
}

function alarmOf(properties: AlarmProperties, stackName: string): Alarm {
  const dimensions = Object.fromEntries(properties.Dimensions.map(({ Name, Value }) => [Name, Value]));
  return {
    name: properties.AlarmName.slice(stackName.length + 1),
    measure(data) {
      const values = data
        .filter(({ namespace, name }) => namespace === properties.Namespace && name === properties.MetricName)
        .filter((datum) => JSON.stringify(sorted(datum.dimensions)) === JSON.stringify(sorted(dimensions)))
        .map(({ value }) => value);
      return values.length === 0 ? undefined : statistic(properties, values);
    },
    breaches: (value) => value !== undefined && compare(properties, value),
  };
}

function statistic({ Statistic, ExtendedStatistic, AlarmName }: AlarmProperties, values: number[]): number {
  const [, percentile] = /^p(\d+)$/.exec(ExtendedStatistic ?? '') ?? [];
  if (percentile !== undefined) {
    const ordered = [...values].sort((a, b) => a - b);
    return ordered[Math.ceil((Number(percentile) / 100) * ordered.length) - 1] ?? Number.NaN;
  }
  switch (Statistic) {
    case 'Sum':
      return values.reduce((sum, value) => sum + value, 0);
    case 'SampleCount':
      return values.length;
    case 'Maximum':
      return Math.max(...values);
    default:
      throw new Error(`${AlarmName} asks for ${Statistic ?? ExtendedStatistic}, which is not known here`);
  }
}

function compare({ ComparisonOperator, Threshold, AlarmName }: AlarmProperties, value: number): boolean {
  switch (ComparisonOperator) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= Threshold;
    case 'GreaterThanThreshold':
      return value > Threshold;
    default:
      throw new Error(`${AlarmName} compares by ${ComparisonOperator}, which is not known here`);
  }
}

function sorted(dimensions: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
}
