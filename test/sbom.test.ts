import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');

interface Bill {
  readonly specVersion: string;
  readonly metadata: { readonly component: { readonly name: string; readonly version: string } };
  readonly components: readonly { readonly name: string; readonly 'bom-ref': string }[];
}

/** CycloneDX's own schemas. */
function validator(version: string): (bill: unknown) => readonly unknown[] {
  const library = createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json');
  const schema = (name: string): object =>
    JSON.parse(
      readFileSync(path.join(path.dirname(library), `res/schema/${name}.SNAPSHOT.schema.json`), 'utf8'),
    ) as object;
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addFormat('iri-reference', true).addFormat('idn-email', true);
  ajv.addSchema(schema('spdx'), 'http://cyclonedx.org/schema/spdx.SNAPSHOT.schema.json');
  ajv.addSchema(schema('jsf-0.82'), 'http://cyclonedx.org/schema/jsf-0.82.SNAPSHOT.schema.json');
  const validate = ajv.compile(schema(`bom-${version}`));
  return (bill) => (validate(bill) ? [] : (validate.errors ?? []));
}

test('the bill of materials is valid CycloneDX and names what is in the package, and no tool', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['build/sbom.ts'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  const bill = JSON.parse(stdout) as Bill;
  const validate = validator(bill.specVersion);
  expect(validate(bill)).toEqual([]);
  expect(validate({ ...bill, bomFormat: 'Other' })).not.toEqual([]);

  const { name, version, dependencies, devDependencies } = JSON.parse(
    readFileSync(path.join(root, 'package.json'), 'utf8'),
  ) as Record<'name' | 'version', string> & Record<'dependencies' | 'devDependencies', object>;
  expect(bill.metadata.component).toMatchObject({ name, version });
  const names = new Set(bill.components.map((component) => component.name));
  expect(Object.keys(dependencies).filter((one) => !names.has(one))).toEqual([]);
  // The page of the HTML report, the grammar of Terraform, and what only the command line uses, which is one bundle.
  const inCommand = Object.keys(devDependencies).filter((one) =>
    /^(commander$|@aws-sdk\/|@smithy\/)/.test(one),
  );
  const page = path.join(root, 'src/report/html/app');
  const inPage = readdirSync(page, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && file !== 'vite.config.ts')
    .flatMap((file) => [
      ...readFileSync(path.join(page, file), 'utf8').matchAll(/from '((?:@[^/']+\/)?[^./':][^/':]*)[/']/g),
    ])
    .map(([, module = '']) => module);
  const builtIn = new Set([...inPage, '@tree-sitter-grammars/tree-sitter-hcl', ...inCommand]);
  expect(builtIn.size).toBeGreaterThan(10);
  expect(
    Object.keys(devDependencies)
      .filter((one) => names.has(one))
      .sort(),
  ).toEqual([...builtIn].sort());
});
