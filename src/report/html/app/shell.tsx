import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

import { visibleText } from '../../../text.ts';
import { grouped } from '../score.ts';
import { useShared } from './context.ts';
import { go, href, useRoute, type Route } from './route.ts';
import { applyTheme, storedTheme, themes, type Theme } from './theme.ts';
import { Text } from './ui.tsx';
import { AccountPage, Accounts } from './views/accounts.tsx';
import { Coverage } from './views/coverage.tsx';
import { DocumentView } from './views/document.tsx';
import { FindingPage } from './views/finding.tsx';
import { FindingsView } from './views/findings.tsx';
import { ControlPage, Frameworks, PackPage } from './views/frameworks.tsx';
import { HeatMap } from './views/map.tsx';
import { NotFound } from './views/not-found.tsx';
import { Overview } from './views/overview.tsx';
import { RulePage, Rules } from './views/rules.tsx';
import { Unknowns } from './views/unknowns.tsx';
import { Waivers } from './views/waivers.tsx';

/** Views in the navigation; a view may stand for pages below it. */
const places: readonly {
  readonly view: string;
  readonly title: string;
  readonly below?: readonly string[];
}[] = [
  { view: 'overview', title: 'Overview' },
  { view: 'packs', title: 'Frameworks', below: ['pack', 'control'] },
  { view: 'map', title: 'Accounts by rules' },
  { view: 'findings', title: 'Findings', below: ['finding'] },
  { view: 'rules', title: 'Rules', below: ['rule'] },
  { view: 'accounts', title: 'Accounts', below: ['account'] },
  { view: 'unknowns', title: 'Unknowns' },
  { view: 'waivers', title: 'Waivers' },
  { view: 'coverage', title: 'Coverage' },
  { view: 'document', title: 'Document' },
];

function View({ route }: { readonly route: Route }): JSX.Element {
  switch (route.view) {
    case 'overview':
      return <Overview route={route} />;
    case 'packs':
      return <Frameworks route={route} />;
    case 'pack':
      return <PackPage route={route} />;
    case 'control':
      return <ControlPage route={route} />;
    case 'map':
      return <HeatMap route={route} />;
    case 'findings':
      return <FindingsView route={route} />;
    case 'finding':
      return <FindingPage route={route} />;
    case 'rules':
      return <Rules route={route} />;
    case 'rule':
      return <RulePage route={route} />;
    case 'accounts':
      return <Accounts route={route} />;
    case 'account':
      return <AccountPage route={route} />;
    case 'unknowns':
      return <Unknowns route={route} />;
    case 'waivers':
      return <Waivers route={route} />;
    case 'coverage':
      return <Coverage route={route} />;
    case 'document':
      return <DocumentView route={route} />;
    default:
      return <NotFound what={`view ${route.view}`} />;
  }
}

export function Shell(): JSX.Element {
  const { report } = useShared();
  const route = useRoute();
  const main = useRef<HTMLElement>(null);
  const help = useRef<HTMLDialogElement>(null);
  const place = `${route.view}/${route.id}`;
  const lastPlace = useRef(place);
  /** The next view begins at its search field instead of its heading. */
  const wantsSearch = useRef(false);
  const { findings, meta } = report;
  const counts: Readonly<Record<string, number>> = {
    packs: meta.totals.scores.length,
    findings: findings.count,
    rules: findings.rules.length,
    accounts: findings.accounts.length,
    unknowns: meta.totals.byVerdict.unknown,
    waivers: meta.totals.waived,
  };

  // A new place begins at its heading, for the eye and for a screen reader; a changed filter does not move anything.
  useEffect(() => {
    if (lastPlace.current === place) return;
    lastPlace.current = place;
    scrollTo(0, 0);
    const target = wantsSearch.current ? 'input[type=search]' : 'h1';
    wantsSearch.current = false;
    main.current?.querySelector<HTMLElement>(target)?.focus({ preventScroll: true });
  }, [place]);

  useEffect(() => {
    const base = meta.header.manifest.organization?.id ?? meta.header.manifest.caller.account;
    const title = main.current?.querySelector('h1')?.textContent ?? '';
    document.title = `${title} · ${visibleText(base)} · Trailwarden`;
  });

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      // With a modifier, so that no single letter acts by surprise (WCAG 2.1.4).
      if (!event.altKey || event.ctrlKey || event.metaKey) return;
      // The tenth is at 0, as on the keyboard.
      const target = places[(Number(event.code.replace('Digit', '')) + 9) % 10];
      if (event.code === 'KeyS') {
        event.preventDefault();
        if (route.view === 'findings')
          main.current?.querySelector<HTMLElement>('input[type=search]')?.focus();
        else {
          wantsSearch.current = true;
          go(href('findings'));
        }
      } else if (target !== undefined) {
        event.preventDefault();
        go(href(target.view));
      }
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [route.view]);

  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        To the content
      </a>
      <div class="shell">
        <header class="side">
          <p class="brand">
            <Mark />
            <span>Trailwarden</span>
          </p>
          <nav aria-label="Views">
            <ul>
              {places.map(({ view, title, below }) => (
                <li key={view}>
                  <a
                    href={href(view)}
                    aria-current={
                      route.view === view ? 'page' : below?.includes(route.view) === true ? 'true' : undefined
                    }
                  >
                    {title}
                    {counts[view] !== undefined && <span class="count">{grouped(counts[view] ?? 0)}</span>}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
          <div class="side-foot">
            <ThemeChoice />
            <button type="button" class="button small" onClick={() => help.current?.showModal()}>
              Keys and search
            </button>
          </div>
        </header>
        <main ref={main} id="main" tabIndex={-1}>
          <View key={route.view} route={route} />
        </main>
      </div>
      <dialog ref={help} aria-labelledby="help-title">
        <Help close={() => help.current?.close()} />
      </dialog>
    </>
  );
}

/** A trail that passes a gate. */
function Mark(): JSX.Element {
  return (
    <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" class="brand-mark">
      <path d="M12 2l8.5 3.2v6.3c0 5-3.5 8.7-8.5 10.5-5-1.8-8.5-5.5-8.5-10.5V5.2z" class="brand-shield" />
      <path d="M7 15.5c2.2 0 1.8-4 4.2-4s2 2.6 4 2.6 1.9-5.1 3.3-5.1" class="brand-trail" />
    </svg>
  );
}

const themeWords: Readonly<Record<Theme, string>> = { auto: 'as the system', light: 'light', dark: 'dark' };

function ThemeChoice(): JSX.Element {
  const [theme, setTheme] = useState(storedTheme);
  return (
    <label class="theme">
      Colours{' '}
      <select
        value={theme}
        onChange={(event) => {
          const chosen = themes.find((known) => known === event.currentTarget.value) ?? 'auto';
          applyTheme(chosen);
          setTheme(chosen);
        }}
      >
        {themes.map((known) => (
          <option key={known} value={known}>
            {themeWords[known]}
          </option>
        ))}
      </select>
    </label>
  );
}

function Help({ close }: { readonly close: () => void }): JSX.Element {
  const keys = [
    ['Alt S', 'to the search'],
    ['Alt 1 … 9, 0', 'to a view, in the order of the navigation'],
    ['↓ ↑ or j k', 'through the list of findings'],
    ['Page, Home, End', 'through the list in larger steps'],
    ['Enter', 'open the finding'],
  ] as const;
  const tokens = [
    ['verdict:fail', 'also unknown, pass, not-applicable, waived; several with commas'],
    ['severity:critical,high', 'severity of the rule'],
    ['account:payments', 'number, name or unit of the account'],
    ['rule:loggroup', 'rule by id, or a part of it'],
    ['region:eu-west-1 type:trail service:logs', 'where and what'],
    ['resource:prod', 'name or id of the resource'],
    ['waived:yes baseline:new', 'waived ones; new since the baseline'],
    ['"two words" -not', 'words in message, names, rule or cause; a minus leaves out'],
  ] as const;
  return (
    <>
      <h2 id="help-title">Keys and search</h2>
      <h3>Keys</h3>
      <dl class="help">
        {keys.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <h3>Search</h3>
      <dl class="help">
        {tokens.map(([token, what]) => (
          <div key={token}>
            <dt>
              <code>
                <Text>{token}</Text>
              </code>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p class="quiet">
        The address of a view holds its filters and order: copy it to send exactly what you see to somebody
        who has this file.
      </p>
      <button type="button" class="button" onClick={close}>
        Close
      </button>
    </>
  );
}
