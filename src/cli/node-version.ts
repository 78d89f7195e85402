import { UserFault } from '../fault.ts';
import { oldestNode } from '../version.ts';

/**
 * Refuses a Node that this package does not run on. npm only warns of it, and what it lacks would look like a bug of ours.
 *
 * @param running - version of Node: `24.1.0`.
 */
export function checkNode(running: string): void {
  const oldest = oldestNode();
  const [major = 0, minor = 0] = oldest.split('.').map(Number);
  const [ownMajor = 0, ownMinor = 0] = running.split('.').map(Number);
  if (ownMajor < major || (ownMajor === major && ownMinor < minor))
    throw new UserFault(`Node ${running} is too old; run it with Node ${oldest} or later`);
}
