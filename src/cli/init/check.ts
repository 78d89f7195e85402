import { settingsOf } from '../../collect/options.ts';
import { toolIdentity } from '../../version.ts';
import type { Answers } from './answers.ts';

/** Throws {@link CollectError} for answers that a scan would refuse. */
export function checkAnswers({ account, roleName, regions }: Partial<Answers>): void {
  settingsOf({
    out: '',
    tool: toolIdentity(),
    ...(roleName !== undefined && { roleName }),
    ...(account !== undefined && { accounts: [account] }),
    ...(regions !== undefined && { regions }),
  });
}
