// The cost of a month, and its report.
import { rejectedAlternatives } from './alternatives.ts';
import { type Bill, monthlyBill } from './bill.ts';
import { type Deployed, readDeployed } from './deployed.ts';
import { type Line, total, type Use } from './line.ts';
import { readMeasured } from './measured.ts';
import { readPrices } from './prices.ts';
import { synthesisedTemplates } from './synthesised.ts';

export interface Month {
  readonly stage: string;
  readonly use: Use;
  readonly deployed: Deployed;
  readonly bill: Bill;
  readonly alternatives: readonly Line[];
}

/** @throws Misused when there is no such stage, or the configuration is not valid. */
export function costOfMonth(use: Use, stage: string, configFile: string | undefined): Month {
  const deployed = readDeployed(synthesisedTemplates(stage, configFile));
  const prices = readPrices();
  return {
    stage,
    use,
    deployed,
    bill: monthlyBill(use, deployed, readMeasured(), prices),
    alternatives: rejectedAlternatives(use, deployed, prices),
  };
}

export function describeMonth({ stage, use, bill, alternatives }: Month): string {
  const { region, enteredOn } = readPrices();
  const { starts, turns, refused, index, customers, kept, fixed } = bill;
  const all = [...starts, ...turns, ...refused, ...index, ...customers, ...kept, ...fixed];
  return [
    `${use.startsPerMonth.toLocaleString('en-US')} starts in a month, stage ${stage}, ${region}, USD at list prices of ${enteredOn},\n` +
      `units and times measured on ${readMeasured().on}`,
    section('For the starts', starts, true),
    ...(turns.length === 0
      ? []
      : [section(`For ${use.turnsPerMonth.toLocaleString('en-US')} turns`, turns, true)]),
    ...(refused.length === 0
      ? []
      : [section(`For ${use.refusedPerMonth.toLocaleString('en-US')} refused calls`, refused, true)]),
    ...(index.length === 0 ? [] : [section('For the index of sessions by user', index, true)]),
    ...(customers.length === 0 ? [] : [section('For limits, usage and events', customers, true)]),
    section('For storage', kept, true),
    section('Fixed', fixed, true),
    row({ component: 'The month', because: '', usd: total(all) }),
    section('Rejected designs, and what they would add to a month', alternatives),
  ].join('\n\n');
}

function section(title: string, lines: readonly Line[], hasTotal = false): string {
  const sum = hasTotal ? [row({ component: '  together', because: '', usd: total(lines) })] : [];
  return [title, ...lines.map((line) => row({ ...line, component: `  ${line.component}` })), ...sum].join(
    '\n',
  );
}

function row({ component, because, usd }: Line): string {
  return `${component.padEnd(52)} ${usd.toFixed(4).padStart(12)}  ${because}`.trimEnd();
}
