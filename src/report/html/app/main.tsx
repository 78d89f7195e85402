import './style.css';
import { render } from 'preact';

import { elementIds } from '../data.ts';
import { share, SharedContext } from './context.ts';
import { Report } from './report.ts';
import { Shell } from './shell.tsx';
import { applyTheme, storedTheme } from './theme.ts';

async function start(): Promise<void> {
  applyTheme(storedTheme());
  const root = document.getElementById('app');
  if (root === null) throw new Error('the page has no place to show the report in');
  const shared = share(await Report.load());
  document.getElementById(elementIds.summary)?.remove();
  render(
    <SharedContext.Provider value={shared}>
      <Shell />
    </SharedContext.Provider>,
    root,
  );
  performance.mark('trailwarden-ready');
  // Once the first view stands, what the first search needs.
  setTimeout(() => shared.search.warmUp(), 200);
}

start().catch((error: unknown) => {
  // The summary stays; above it, why there is no more.
  const note = document.createElement('p');
  note.className = 'problem';
  note.setAttribute('role', 'alert');
  note.textContent = `The findings could not be read: ${error instanceof Error ? error.message : String(error)} The summary below is whole.`;
  document.body.prepend(note);
});
