import type { NameKind, NamesOf } from './suggest.ts';

/**
 * Names as they are in the package, and in the folders of rules that the command line and the configuration name. What cannot be read is left
 * out: completion must not fail.
 */
export const names: NamesOf = async (kind, words) => {
  switch (kind) {
    case 'format':
      return (await import('../report-request.ts')).reportFormats;
    case 'severity':
      return (await import('../../evaluate/finding.ts')).severities;
    case 'resource-type':
      return judgedTypes();
    case 'service':
      return services();
    case 'rule':
    case 'pack':
    case 'event-set':
      return idsIn(kind, words);
  }
};

async function idsIn(
  kind: NameKind & ('rule' | 'pack' | 'event-set'),
  words: readonly string[],
): Promise<readonly string[]> {
  const [{ shippedFolder }, { readRuleFolder }] = await Promise.all([
    import('../../rules/shipped.ts'),
    import('../../rules/folder.ts'),
  ]);
  const own = words.flatMap((word, at) => (words[at - 1] === '--rules' && word !== '' ? [word] : []));
  const ids = new Set<string>();
  for (const folder of [shippedFolder, ...(await configured(words)), ...own]) {
    const files = await readRuleFolder(folder, undefined, { tests: false }).then(
      (read) => read.files,
      () => [],
    );
    for (const file of files)
      if (file.kind === kind) ids.add((file.name.split('/').at(-1) ?? '').replace(/\.ya?ml$/, ''));
  }
  return [...ids].sort();
}

/** Folders of rules of the configuration that a command line reads. */
async function configured(words: readonly string[]): Promise<readonly string[]> {
  if (words.includes('--no-config') || words.includes('--no-rules')) return [];
  const { configuredFolders, loadConfiguration } = await import('../configuration/apply.ts');
  const named = words.findLast((_word, at) => words[at - 1] === '--config');
  return loadConfiguration(named).then(
    (configuration) => configuredFolders(configuration === undefined ? {} : { configuration }),
    () => [],
  );
}

async function judgedTypes(): Promise<readonly string[]> {
  const { resourceTypes } = await import('../../model/types.ts');
  return [...resourceTypes.values()]
    .filter((type) => type.population !== undefined)
    .map((type) => type.name)
    .sort();
}

async function services(): Promise<readonly string[]> {
  const { shippedRules } = await import('../../rules/shipped.ts');
  const { files } = await shippedRules();
  // The shape of files that ship is known: no need to read YAML.
  return [...new Set(files.flatMap(({ text }) => /^service: (\S+)$/m.exec(text)?.[1] ?? []))].sort();
}
