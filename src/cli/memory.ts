import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Has V8 collect garbage sooner than it would. What is alive in a scan is small and does not grow with the number of
 * accounts, but V8 lets the space for new objects grow to 96 MiB, and the heap to several times what is alive, before it
 * looks. Measured in docs/performance.md: half the memory, for a sixth more CPU where much is asked and kept for a moment only, as in
 * a collection. The new space stays as large as it is when this is called, so call it before rules and data are loaded.
 */
export function collectGarbageEarly(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=50');
}

/**
 * Has V8 collect garbage now, some tens of milliseconds long: between two phases, so that what the second needs finds room in
 * what the first held.
 */
export function collectGarbageNow(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  collect();
}
