import { useEffect, useState } from 'preact/hooks';

/** Where the reader is: `#/rule/monitor-root-usage?q=...`. Everything that a view can be set to stands in it. */
export interface Route {
  readonly view: string;
  /** Part after the view: id of a rule or account, number of a finding. */
  readonly id: string;
  readonly params: Readonly<Record<string, string>>;
}

/** Reads the fragment of an address. Anything unreadable leads to the overview. */
function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s);
  const [view = '', ...rest] = path.split('/');
  let id = rest.join('/');
  try {
    id = decodeURIComponent(id);
  } catch {
    // A stray percent sign: the id is then what was written.
  }
  return {
    view: view === '' ? 'overview' : view,
    id,
    params: Object.fromEntries(new URLSearchParams(search)),
  };
}

/** Address of a view. Empty parameters are left out. */
export function href(view: string, id = '', params: Readonly<Record<string, string>> = {}): string {
  const search = new URLSearchParams(Object.entries(params).filter(([, value]) => value !== ''));
  const text = search.toString();
  return `#/${view}${id === '' ? '' : `/${encodeURIComponent(id)}`}${text === '' ? '' : `?${text}`}`;
}

/** Goes to a view, as a link would. */
export function go(address: string): void {
  location.hash = address;
}

/** Changes the address without a new step in the history: for what changes with every keystroke. */
export function replaceAddress(address: string): void {
  try {
    history.replaceState(null, '', address);
  } catch {
    // Some browsers limit how often; the next change catches up.
  }
}

export function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const read = (): void => setRoute(parseRoute(location.hash));
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, []);
  return route;
}
