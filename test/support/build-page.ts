import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';

import { newest } from './newest.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Builds the page of the HTML report where it is missing or older than its sources. Vitest runs this once a run. */
export default function buildPage(): void {
  const page = statSync(path.join(root, 'dist/report/html/page.html'), { throwIfNoEntry: false });
  if (page !== undefined && page.mtimeMs > newest(path.join(root, 'src/report/html'))) return;
  const build = spawnSync('npm', ['run', '--silent', 'build:html'], { cwd: root, encoding: 'utf8' });
  if (build.status !== 0) throw new Error(`npm run build:html failed:\n${build.stdout}${build.stderr}`);
}
