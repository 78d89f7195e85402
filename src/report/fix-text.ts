import type { Finding } from '../evaluate/finding.ts';

/** What to do, in words. The other forms of the fix (command line, Terraform, ...) follow it and stand in the rule too. */
export function fixInWords({ fix }: Pick<Finding, 'fix'>): string {
  return (fix.trim().split('\n\n', 1)[0] ?? '').trim();
}
