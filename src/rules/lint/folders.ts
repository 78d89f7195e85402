import { decidingParameters } from '../compile/rule.ts';
import { stricterWords, type PackDocument, type RuleDocument } from '../document.ts';
import { FaultList } from '../fault.ts';
import { compileFolders, parseRuleFolders, type RuleFolder, type RuleLanguage } from '../load.ts';
import type { RuleSet } from '../rule-set.ts';
import { Sense } from './sense.ts';

/**
 * Everything that is wrong or doubtful in folders of rules. Folders before `from` are only there to be referred to.
 * Besides the faults that keep rules from running: titles that do not say what holds, missing fixes and references,
 * predicates and event sets that nobody uses, checks that come out alike whatever AWS answers.
 */
export async function lintFolders(
  folders: readonly RuleFolder[],
  from: number,
  language: RuleLanguage,
  faults: FaultList,
): Promise<void> {
  const found = new FaultList();
  const documents = await parseRuleFolders(folders, language, found);
  const set = compileFolders(documents, language, found);
  const sound = found.count === 0;
  const files = new Set(folders.slice(from).flatMap((folder) => folder.files.map((file) => file.name)));
  for (const document of documents.rules) if (files.has(document.place.file)) lintRule(document, found);
  // What checks can come to, and whether something is used, can only be told where everything compiles.
  if (sound) {
    const sense = new Sense(set.vocabulary, found);
    for (const document of documents.rules) if (files.has(document.place.file)) sense.rule(document);
    for (const document of documents.predicates)
      if (files.has(document.place.file)) sense.predicate(document);
    const used = new Set(set.rules.flatMap((rule) => rule.uses));
    const inDefaults = JSON.stringify(
      documents.rules.map((rule) => rule.params.map((parameter) => parameter.default)),
    );
    for (const predicate of documents.predicates)
      if (files.has(predicate.place.file) && !used.has(`predicate ${predicate.id}`))
        found.add(predicate.place, `no rule uses the predicate ${predicate.id}`, 'use it or remove it');
    for (const pack of documents.packs) if (files.has(pack.place.file)) lintPack(pack, set, found);
    // Those that ship are a library: users name them in parameters.
    for (const folder of folders.slice(Math.max(1, from)))
      for (const file of folder.files) {
        const id = (file.name.split('/').at(-1) ?? '').replace(/\.ya?ml$/, '');
        if (file.kind !== 'event-set' || used.has(`event-set ${id}`) || inDefaults.includes(`"${id}`))
          continue;
        found.add(
          { file: file.name, line: 1, column: 1 },
          `no rule uses the event set ${id}`,
          'use it or remove it',
        );
      }
  }
  for (const fault of found.faults) if (files.has(fault.place.file)) faults.faults.push(fault);
}

/** A pack that names rules by earlier ids works; whoever wrote it should follow. */
function lintPack(pack: PackDocument, rules: RuleSet, faults: FaultList): void {
  for (const { rule } of pack.controls.flatMap((control) => control.rules)) {
    const named = rules.named(rule.name);
    if (named !== undefined && named.id !== rule.name)
      faults.add(rule.place, `the rule ${rule.name} is now called ${named.id}`, 'write the new id');
  }
}

function lintRule(document: RuleDocument, faults: FaultList): void {
  const { title, place } = document;
  if (/^(ensure|check|make sure|verify|should|must|do not|don't|avoid)\b/i.test(title))
    faults.add(place, 'the title is an order', 'say what holds when the rule passes: "The trail is logging"');
  for (const [what, text] of [
    ['title', title],
    ['why', document.why],
    ['fix', document.fix.text.text],
  ] as const)
    if (/^TODO\b/.test(text)) faults.add(place, `the ${what} is still to be written`, 'write it');
  if (/[.!]$/.test(title)) faults.add(place, 'the title ends like a sentence', 'leave the full stop out');
  if (document.fix.text.text === '')
    faults.add(place, 'the rule has no fix', 'say what to do about a failure');
  if (
    document.fix.cli !== undefined &&
    /(['"])[^'"\n]*\{[^{}\n]+\}[^'"\n]*\1/.test(document.fix.cli.text.replaceAll(/\{\{|\}\}/g, ''))
  )
    faults.add(
      document.fix.cli.place,
      'a placeholder stands inside quotes',
      'write it bare: values are quoted for the shell',
    );
  if (document.references.length === 0)
    faults.add(place, 'the rule has no references', 'name the page that says why');
  for (const parameter of decidingParameters(document)) {
    const words = stricterWords[parameter.type];
    if (parameter.stricter === undefined && words.length > 1)
      faults.add(
        parameter.place,
        `the parameter ${parameter.name} does not say which values are stricter`,
        `write stricter: ${words.join(' or ')}, so that packs can tell a lax value`,
      );
  }
}
