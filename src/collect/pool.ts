/**
 * Does `work` for every item, as many at a time as `limit` allows when a place becomes free. After a failure no further
 * item is begun; rejects with it when all that were begun have ended.
 */
export async function pool<T>(
  items: Iterable<T>,
  limit: () => number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items[Symbol.iterator]();
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  for (;;) {
    while (failures.length === 0 && running.size < Math.max(1, limit())) {
      const next = waiting.next();
      if (next.done === true) break;
      const task: Promise<void> = work(next.value)
        .catch((error: unknown) => void failures.push(error))
        .finally(() => running.delete(task));
      running.add(task);
    }
    if (running.size === 0) break;
    await Promise.race(running);
  }
  if (failures.length > 0) throw failures[0];
}
