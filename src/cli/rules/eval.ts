import { explainRule, reasonLines } from '../../evaluate/explain.ts';
import { verdicts } from '../../evaluate/finding.ts';
import { createModel } from '../../model/create-model.ts';
import { FaultList, RuleError } from '../../rules/fault.ts';
import { parseCheck } from '../../rules/parse/check.ts';
import { readYamlNodes, ruleFileLimits } from '../../yaml-nodes.ts';
import { openSnapshot } from '../../snapshot/read.ts';
import { visibleText } from '../../text.ts';
import { argumentOr } from '../configuration/apply.ts';
import type { Configuration } from '../configuration/read.ts';
import { localSnapshot } from '../storage.ts';
import { loadAllRules } from './load.ts';
import { isWanted, resourceJson } from './shown.ts';
import { log } from '../log.ts';

interface EvalOptions {
  readonly for: string;
  readonly configuration?: Configuration;
  readonly snapshot?: string;
  readonly rules?: readonly string[];
  readonly resource?: string;
  readonly json?: true;
}

/** `trailwarden rules eval --for TYPE --snapshot PATH 'CHECK'` */
export async function evaluateExpression(text: string, options: EvalOptions): Promise<void> {
  const file = 'expression';
  const faults = new FaultList();
  const { root, faults: found } = readYamlNodes(file, text, ruleFileLimits);
  const check = root && parseCheck(root, faults);
  if (check === undefined || faults.count > 0 || found.length > 0)
    throw new RuleError([...found, ...faults.faults]);
  await using local = await localSnapshot(
    argumentOr('snapshot.out', 'a snapshot with --snapshot', options.snapshot, options),
  );
  const snapshot = await openSnapshot(local.path);
  const set = await loadAllRules(options.rules, snapshot.manifest.partition);
  const rule = set.check(check, { name: options.for, place: { file: '--for', line: 1, column: 1 } });
  const wanted = options.resource;
  const explained = await explainRule(await createModel(snapshot), rule, (resource) =>
    isWanted(resource, wanted),
  );
  if (options.json) {
    const list = explained.map(({ resource, verdict, reason }) => ({
      resource: resourceJson(resource),
      verdict,
      reason,
    }));
    process.stdout.write(`${JSON.stringify(list, null, 2)}\n`);
    return;
  }
  for (const { resource, verdict, reason } of explained) {
    process.stdout.write(`${verdict.padEnd(8)} ${visibleText(resource.id)}: ${visibleText(reason.text)}\n`);
    if (wanted !== undefined)
      process.stdout.write(
        reasonLines(reason)
          .map((line) => `  ${visibleText(line)}\n`)
          .join(''),
      );
  }
  const counts = verdicts.map((verdict) => ({
    verdict,
    count: explained.filter((one) => one.verdict === verdict).length,
  }));
  const told = counts.filter((one) => one.count > 0).map((one) => `${one.count} ${one.verdict}`);
  log(
    'info',
    'count',
    `${explained.length} judged: ${told.join(', ')}`,
    Object.fromEntries(counts.map((one) => [one.verdict, one.count])),
  );
}
