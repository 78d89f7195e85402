import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

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

/** Tools that suites want and this machine lacks, with what is not tested therefore. */
export function missingTools(): Record<string, string> {
  const missing: Record<string, string> = {};
  if (chromium() === undefined) missing['chromium'] = 'the HTML report is not opened in a browser';
  if (python() === undefined)
    missing['python3 (3.11 or later) with venv'] = 'nothing is collected from an AWS emulator';
  return missing;
}
