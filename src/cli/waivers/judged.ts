import { readFile } from 'node:fs/promises';

import { evaluate } from '../../evaluate/evaluate.ts';
import type { Finding } from '../../evaluate/finding.ts';
import { isJsonObject, type JsonValue } from '../../json.ts';
import { createModel } from '../../model/create-model.ts';
import { openSnapshot } from '../../snapshot/read.ts';
import { openWaivers, type WaiverBook } from '../../waivers/apply.ts';
import { readJsonReport } from '../../waivers/json-report.ts';
import { parseWaivers, type Waiver } from '../../waivers/waiver-file.ts';
import { readReportFile } from '../output.ts';
import { loadAllRules } from '../rules/load.ts';
import { knownTags } from '../run-rules.ts';

export interface JudgingFlags {
  readonly report?: string;
  readonly snapshot?: string;
  readonly rules?: readonly string[];
  readonly json?: true;
}

/** Waivers of a file, held against findings where a report or snapshot was given. */
export interface JudgedWaivers {
  readonly waivers: readonly Waiver[];
  readonly book: WaiverBook;
  readonly judged: boolean;
  readonly rules: readonly string[];
}

/**
 * Reads a waiver file and holds it against the findings of a report or snapshot. Without one of them, ages are measured
 * against now: a person asks. Throws UserFault for what cannot be read.
 */
export async function judgeWaivers(file: string, flags: JudgingFlags): Promise<JudgedWaivers> {
  const waivers = parseWaivers(await readFile(file, 'utf8'), file);
  const snapshot = flags.snapshot === undefined ? undefined : await openSnapshot(flags.snapshot);
  const set = await loadAllRules(flags.rules, snapshot?.manifest.partition);
  const known = set.rules.flatMap(({ id, document }) => [id, ...document.aliases.map(({ name }) => name)]);
  const currentId = (id: string): string => set.named(id)?.id ?? id;
  if (snapshot !== undefined) {
    const paths = new Map(snapshot.manifest.accounts.map((account) => [account.id, account.path]));
    const model = await createModel(snapshot);
    const book = openWaivers(waivers, {
      time: snapshot.manifest.end,
      ouOf: (account) => paths.get(account),
      tagsOf: knownTags(model),
      currentId,
    });
    await evaluate(model, set, (finding) => book.waiverFor(finding));
    return { waivers, book, judged: true, rules: known };
  }
  if (flags.report !== undefined) {
    const { report, findings } = readJsonReport(await readReportFile(flags.report), flags.report);
    const { end, accounts } = isJsonObject(report['snapshot']) ? report['snapshot'] : {};
    const paths = new Map(
      (Array.isArray(accounts) ? (accounts as readonly JsonValue[]) : [])
        .filter(isJsonObject)
        .map((account) => [account['id'], account['path']]),
    );
    const book = openWaivers(waivers, {
      time: typeof end === 'string' ? end : new Date().toISOString(),
      ouOf: (account) => {
        const path = paths.get(account);
        return typeof path === 'string' ? path : undefined;
      },
      // Reports hold no tags.
      tagsOf: () => undefined,
      currentId,
    });
    for (const finding of findings) book.waiverFor(finding as unknown as Finding);
    const ran = (Array.isArray(report['rules']) ? (report['rules'] as readonly JsonValue[]) : [])
      .filter(isJsonObject)
      .flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
    return { waivers, book, judged: true, rules: [...new Set([...known, ...ran])] };
  }
  const book = openWaivers(waivers, {
    time: new Date().toISOString(),
    ouOf: () => undefined,
    tagsOf: () => undefined,
    currentId,
  });
  return { waivers, book, judged: false, rules: known };
}
