/**
 * `node build/release.ts TAG`: prints what the changelog says of a release, for its page. Ends with an error where the tag,
 * the version of the package and the changelog do not agree: nothing is published then.
 */
import { readFileSync } from 'node:fs';

const [tag = ''] = process.argv.slice(2);
const read = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
const { version } = JSON.parse(read('package.json')) as { version: string };
if (tag !== `v${version}`) throw new Error(`the tag ${tag} is not v${version}, the version of package.json`);

const [, ...parts] = read('CHANGELOG.md').split(/^## /m);
const own = parts.find((part) => part.split(/[\s\n]/, 1)[0] === version);
const notes = own?.slice(own.indexOf('\n')).trim() ?? '';
if (notes === '') throw new Error(`CHANGELOG.md has nothing below "## ${version}"`);
process.stdout.write(`${notes}\n`);
