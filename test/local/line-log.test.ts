// The log files of the local stack.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LINES_IN_MEMORY, openLineLog } from '../../local/line-log.ts';
import { tempFolder } from './temp-folder.ts';

describe('A log of lines', () => {
  it('has all lines in its file, and the latest ones in memory', async () => {
    const file = join(tempFolder(), 'access.log');
    const log = openLineLog(file);
    const lines = Array.from({ length: LINES_IN_MEMORY * 3 }, (_, index) => `line ${index}`);
    lines.forEach(log.append);
    expect(log.latest()).toEqual(lines.slice(-LINES_IN_MEMORY));
    await log.close();
    expect(readFileSync(file, 'utf8').trim().split('\n')).toEqual(lines);
  });
});
