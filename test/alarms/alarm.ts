// The alarms of the synthesised template, and what they make of metrics.
import { resolve } from '../../local/assembly/intrinsics.ts';
import { readStacks } from '../../local/assembly/stacks.ts';
import { PLACE } from './altered-assembly.ts';
import { evaluate } from './metric-math.ts';
import type { Datum } from './observed-metrics.ts';

interface Dimension {
  readonly Name: string;
  readonly Value: string;
}

interface MetricProperties {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly Dimension[];
}

interface MathPart {
  readonly Id: string;
  readonly Expression?: string;
  readonly MetricStat?: { readonly Metric: MetricProperties; readonly Stat: string };
  /** Absent means true; one part has it. */
  readonly ReturnData?: boolean;
}

interface AlarmProperties extends MetricProperties {
  readonly AlarmName: string;
  readonly Statistic?: string;
  readonly ExtendedStatistic?: string;
  /** Instead of one metric, where the alarm is on an expression. */
  readonly Metrics?: readonly MathPart[];
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly TreatMissingData: string;
}

export interface Alarm {
  /** Without the stack's name: `ApiServerErrors`. */
  readonly name: string;
  /** Whether it is the lack of data that it fires at. */
  readonly firesWithoutData: boolean;
  /** The value of its statistic or expression; `undefined` when there are no data. */
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
  const { AlarmName, Metrics, Statistic, ExtendedStatistic } = properties;
  const firesWithoutData = properties.TreatMissingData === 'breaching';
  return {
    name: AlarmName.slice(stackName.length + 1),
    firesWithoutData,
    measure: (data) =>
      Metrics === undefined
        ? statisticOf(properties, Statistic ?? ExtendedStatistic ?? '', data)
        : expressionOf(Metrics, data),
    breaches: (value) => (value === undefined ? firesWithoutData : compare(properties, value)),
  };
}

/** Of an expression and the metrics that it names. */
function expressionOf(parts: readonly MathPart[], data: readonly Datum[]): number | undefined {
  const values = parts.flatMap(({ Id, MetricStat }) =>
    MetricStat === undefined ? [] : [[Id, statisticOf(MetricStat.Metric, MetricStat.Stat, data)] as const],
  );
  const [result, ...others] = parts.filter(({ ReturnData }) => ReturnData !== false);
  if (result?.Expression === undefined || others.length > 0) {
    throw new Error('An alarm on an expression has one part that returns data, which is the expression');
  }
  return evaluate(result.Expression, new Map(values));
}

function statisticOf(
  { Namespace, MetricName, Dimensions = [] }: MetricProperties,
  statistic: string,
  data: readonly Datum[],
): number | undefined {
  const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));
  const values = data
    .filter(({ namespace, name }) => namespace === Namespace && name === MetricName)
    .filter((datum) => JSON.stringify(sorted(datum.dimensions)) === JSON.stringify(sorted(dimensions)))
    .map(({ value }) => value);
  return values.length === 0 ? undefined : summarise(statistic, values);
}

function summarise(statistic: string, values: readonly number[]): number {
  const [, percentile] = /^p(\d+)$/.exec(statistic) ?? [];
  if (percentile !== undefined) {
    const ordered = [...values].sort((a, b) => a - b);
    return ordered[Math.ceil((Number(percentile) / 100) * ordered.length) - 1] ?? Number.NaN;
  }
  switch (statistic) {
    case 'Sum':
      return values.reduce((sum, value) => sum + value, 0);
    case 'SampleCount':
      return values.length;
    case 'Maximum':
      return Math.max(...values);
    default:
      throw new Error(`An alarm asks for the statistic ${statistic}, which is not known here`);
  }
}

function compare({ ComparisonOperator, Threshold, AlarmName }: AlarmProperties, value: number): boolean {
  switch (ComparisonOperator) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= Threshold;
    case 'GreaterThanThreshold':
      return value > Threshold;
    case 'LessThanThreshold':
      return value < Threshold;
    default:
      throw new Error(`${AlarmName} compares by ${ComparisonOperator}, which is not known here`);
  }
}

function sorted(dimensions: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
}
