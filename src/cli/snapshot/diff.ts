import { Command } from 'commander';

import { localSnapshot } from '../storage.ts';
import { visibleText } from '../../text.ts';
import { exitCodes } from '../failure.ts';

interface DiffFlags {
  readonly json?: true;
  readonly verbose?: true;
  readonly exitCode?: true;
}

/** `trailwarden snapshot diff BEFORE AFTER` */
export function diffCommand(): Command {
  return new Command('diff')
    .description(
      'what AWS answers otherwise in a later snapshot: the fields that changed, and the calls that told',
    )
    .argument('<before>', 'the earlier snapshot')
    .argument('<after>', 'the later snapshot')
    .option('--json', 'a JSON object for each difference, one a line')
    .option('--verbose', 'also what moves by itself: sizes, last deliveries, states of alarms')
    .option('--exit-code', 'exit with 1 where something differs that does not move by itself')
    .action(showDiff);
}

async function showDiff(beforeFolder: string, afterFolder: string, flags: DiffFlags): Promise<void> {
  const [{ openSnapshot }, { changedAccounts, changeText, diffSnapshots }, { comparedFields }] =
    await Promise.all([
      import('../../snapshot/read.ts'),
      import('../../snapshot/diff.ts'),
      import('../../model/answer-fields.ts'),
    ]);
  await using first = await localSnapshot(beforeFolder);
  await using second = await localSnapshot(afterFolder);
  const [before, after] = [await openSnapshot(first.path), await openSnapshot(second.path)];
  const say = (line: string): void => {
    process.stdout.write(`${visibleText(line)}\n`);
  };
  const asJson = (value: object): void => {
    process.stdout.write(`${JSON.stringify(value)}\n`);
  };
  if (!flags.json) {
    for (const [name, folder, { manifest }] of [
      ['before', beforeFolder, before],
      ['after ', afterFolder, after],
    ] as const)
      say(`${name}: ${folder}, collected ${manifest.end}, ${manifest.rootHash.slice(0, 12)}`);
  }
  const accounts = changedAccounts(before, after);
  for (const account of accounts) {
    if (flags.json) asJson({ kind: 'account', ...account });
    else {
      const name = account.name === undefined ? '' : ` ${account.name}`;
      say(
        `account ${account.id}${name}: was ${account.before ?? 'not known'}, is ${account.after ?? 'not known'}`,
      );
    }
  }
  let differs = accounts.length;
  let moved = 0;
  for await (const changes of diffSnapshots(before, after, comparedFields)) {
    let place = '';
    for (const change of changes) {
      if (change.moving) moved += 1;
      else differs += 1;
      if (change.moving && !flags.verbose) continue;
      if (flags.json) {
        asJson(change);
        continue;
      }
      const here = [change.account, change.region, change.call, change.about]
        .filter((part) => part !== '')
        .join(' ');
      if (here !== place) {
        say('');
        say(here);
      }
      place = here;
      say(`  ${changeText(change, comparedFields)}`);
    }
  }
  if (!flags.json) {
    say('');
    say(
      `${differs} differences${moved === 0 ? '' : `, and ${moved} in what moves by itself${flags.verbose ? '' : ' (--verbose shows them)'}`}`,
    );
  }
  if (flags.exitCode && differs > 0) process.exitCode = exitCodes.findings;
}
