/** `node build/validator.ts [FILE]`: makes the schema of manifests a function, for `src/snapshot/validator.ts` to find in the package. */
import { readFileSync, writeFileSync } from 'node:fs';

import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';

import { manifestValidator } from '../src/snapshot/validator.ts';

const schema = JSON.parse(
  readFileSync(new URL('../schemas/snapshot-manifest.schema.json', import.meta.url), 'utf8'),
) as object;
const ajv = new Ajv({ allowUnionTypes: true, strictTypes: false, code: { source: true, esm: true } });
// The one helper that the code asks of the library: characters, not code units.
const code = standalone
  .default(ajv, ajv.compile(schema))
  .replaceAll('require("ajv/dist/runtime/ucs2length")', '{ default: (text) => [...text].length }');
if (code.includes('require(')) throw new Error('the validator needs more of the library than is in it');
writeFileSync(
  process.argv[2] ??
    new URL(`../dist/snapshot/${manifestValidator.pathname.split('/').at(-1)}`, import.meta.url),
  code,
);
