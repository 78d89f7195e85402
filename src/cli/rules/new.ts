import { access } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { UserFault } from '../../fault.ts';
import { resourceTypes } from '../../model/types.ts';
import { scaffoldRule } from '../../rules/scaffold.ts';
import { didYouMean } from '../../suggest.ts';
import { configuredFolders } from '../configuration/apply.ts';
import type { Configuration } from '../configuration/read.ts';
import { writeWhole } from './write.ts';
import { log } from '../log.ts';
import { referenceFrom } from '../../paths.ts';

/** `trailwarden rules new ID` */
export async function newRule(
  id: string,
  options: { readonly configuration?: Configuration; readonly for: string; readonly out?: string },
): Promise<void> {
  const configured = configuredFolders(options);
  const out = options.out ?? (configured.length === 1 ? configured[0]! : 'rules');
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id))
    throw new UserFault(`${id} is no id for a rule: use small letters, digits and hyphens`);
  const type = resourceTypes.get(options.for);
  const judged = [...resourceTypes.values()]
    .filter((one) => one.population !== undefined)
    .map((one) => one.name);
  if (type?.population === undefined)
    throw new UserFault(
      `--for ${options.for}: rules judge no such resource; ${didYouMean(options.for, judged)}`,
    );
  const files = [`${id}.yaml`, `${id}.test.yaml`].map((name) => path.join(out, name));
  for (const file of files)
    if (
      await access(file).then(
        () => true,
        () => false,
      )
    )
      throw new UserFault(`${file} exists already: choose another id or folder`);
  const schemas = referenceFrom(
    path.resolve(out),
    fileURLToPath(new URL('../../../schemas', import.meta.url)),
  );
  const { rule, test } = scaffoldRule(id, type, schemas);
  await writeWhole(files[0]!, rule);
  await writeWhole(files[1]!, test);
  process.stdout.write(`${files.join('\n')}\n`);
  log('info', 'next', `next: edit them, then run: trailwarden rules test ${out}`);
}
