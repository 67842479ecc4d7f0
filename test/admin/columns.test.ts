// Tables of the commands on a terminal, where not every character is one column wide.
import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import { columns } from '../../admin/answer.ts';

it.each([
  ['Chinese', '露娜'],
  ['Japanese and Latin', 'ルナ Luna'],
  ['an emoji of several code points', '👩‍🚀 Luna'],
  ['an accent of its own', 'Lu\u0301na'],
  ['a flag', '🇫🇷'],
])('aligns the next column behind %s', (_case, name) => {
  const lines = columns([
    ['persona', 'name', 'status'],
    ['psn_a', name, 'active'],
    ['psn_luna', 'A name that is longer', 'archived'],
  ]).split('\n');
  const starts = lines.map((line) => stringWidth(line.slice(0, line.search(/status|active|archived/))));
  expect(new Set(starts)).toEqual(new Set([starts[0]]));
  expect(lines.map(stripVTControlCharacters)).toEqual(lines);
});

it('aligns by what a terminal shows, not by the length of a text', () => {
  expect(
    columns([
      ['露娜', 'x'],
      ['Luna', 'y'],
    ]),
  ).toBe('露娜  x\nLuna  y');
});
