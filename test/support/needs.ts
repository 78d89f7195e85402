import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** Debian's browser, or the one that TRAILWARDEN_CHROMIUM names; undefined where there is none. */
export function chromium(): string | undefined {
  const candidates = [process.env['TRAILWARDEN_CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser'];
  return candidates.find((file) => file !== undefined && existsSync(file));
}

/** A Python of 3.11 or later that can make virtual environments, or undefined. */
export function python(): string | undefined {
  const wanted = 'import ensurepip, venv, sys; sys.exit(sys.version_info < (3, 11))';
  const probe = spawnSync('python3', ['-c', wanted], { stdio: 'ignore' });
  return probe.status === 0 ? 'python3' : undefined;
}

/** Microsoft's validator, a native program that npm has for x64 Linux with glibc only. */
export function multitool(): string | undefined {
  try {
    const own = createRequire(
      createRequire(import.meta.url).resolve('@microsoft/sarif-multitool/package.json'),
    );
    const file = path.join(
      path.dirname(own.resolve('@microsoft/sarif-multitool-linux/package.json')),
      'Sarif.Multitool',
    );
    if (!existsSync(file)) return undefined;
    // It is packed without the execute bit; the install script that sets it may have been blocked.
    chmodSync(file, 0o755);
    return file;
  } catch {
    return undefined;
  }
}

/** Whether systemd's own check of units is here. */
export function hasSystemd(): boolean {
  return spawnSync('systemd-analyze', ['--version'], { stdio: 'ignore' }).status === 0;
}

/** The shells of this machine that complete command lines. bash is everywhere that npm scripts run. */
export function shells(): readonly ('bash' | 'zsh' | 'fish')[] {
  const has = (shell: string): boolean => spawnSync(shell, ['--version'], { stdio: 'ignore' }).status === 0;
  return (['bash', 'zsh', 'fish'] as const).filter(has);
}

/** Tools that suites want and this machine lacks, with what is not tested therefore. */
export function missingTools(): Record<string, string> {
  const missing: Record<string, string> = {};
  if (chromium() === undefined) missing['chromium'] = 'the HTML report is not opened in a browser';
  if (python() === undefined)
    missing['python3 (3.11 or later) with venv'] =
      'nothing is collected from an AWS emulator, and no workflow, template or Dockerfile is checked by an outside tool';
  if (multitool() === undefined)
    missing['sarif-multitool (x64 Linux)'] = "SARIF files are not read by Microsoft's validator";
  if (!hasSystemd()) missing['systemd-analyze'] = 'units of systemd are read by ourselves alone';
  for (const shell of ['zsh', 'fish'] as const)
    if (!shells().includes(shell)) missing[shell] = `its completion is not tried in ${shell}`;
  return missing;
}
