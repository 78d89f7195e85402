import { visibleText } from '../../text.ts';
import { judgeWaivers, type JudgingFlags } from './judged.ts';
import { log } from '../log.ts';

/** `trailwarden waivers list` */
export async function listWaivers(file: string, flags: JudgingFlags): Promise<void> {
  const { book, judged } = await judgeWaivers(file, flags);
  const rows = book.states().map(({ waiver, holds, daysLeft, used, untold }) => ({
    ...waiver,
    holds,
    daysLeft: Math.ceil(daysLeft),
    ...(judged && { accepts: holds ? used : 0 }),
    ...(untold.length > 0 && { untold }),
  }));
  if (flags.json) {
    process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    return;
  }
  for (const row of rows) {
    const targets = [
      row.resource,
      row.account && `account ${row.account}`,
      row.ou && `OU ${row.ou}`,
      row.tag && `accounts tagged ${row.tag}`,
    ];
    let state = `until ${row.expires} (${row.daysLeft} days)`;
    if (!row.holds) state = row.daysLeft <= 0 ? `expired on ${row.expires}` : `void: ends ${row.expires}`;
    const lines = [
      `${row.file}:${row.line}: ${row.rule} for ${targets.filter(Boolean).join(' in ')}`,
      `  ${state}${row.accepts === undefined ? '' : `, accepts ${row.accepts}`}; ${row.owner}, ${row.ticket}: ${row.reason}`,
    ];
    for (const line of lines) process.stdout.write(`${visibleText(line)}\n`);
  }
  const holding = rows.filter(({ holds }) => holds).length;
  log('info', 'count', `${rows.length} waivers, ${holding} hold`, { waivers: rows.length, holding });
}
