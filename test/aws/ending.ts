/** How often is looked whether the parent is still there, in milliseconds. */
const pause = 500;

/**
 * Ends this process when it is interrupted, told to end or hung up on, and when the process that started it is gone: npm that is
 * killed takes nobody with it.
 *
 * @param tidy - What is to be done before; called once.
 */
export function endWithParent(tidy: () => Promise<void>): void {
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    clearInterval(looking);
    void tidy().finally(() => process.exit(0));
  };
  const parent = process.ppid;
  const looking = setInterval(() => {
    // An orphan gets another parent.
    if (process.ppid !== parent) end();
  }, pause);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
}
