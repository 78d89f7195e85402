import { expect, test } from 'vitest';

test('tests run on the Node of package.json, not on whatever the system has', () => {
  // With install scripts blocked, the `node` package silently leaves the system's Node in place.
  expect(Number(process.versions.node.split('.')[0])).toBeGreaterThanOrEqual(24);
});
