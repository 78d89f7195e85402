import type { JSX } from 'preact';

import type { Reason } from '../../../evaluate/finding.ts';
import { Causes, Marks, type EvidenceList } from './evidence.tsx';
import { StateIcon, Text } from './ui.tsx';

const linkWords = { pass: 'holds', fail: 'breaks here', unknown: 'not known' } as const;
const endWords = {
  pass: 'Somebody is told',
  fail: 'Nobody is told this way',
  unknown: 'Whether somebody is told is not known',
} as const;

/** More links than this do not fit beside each other on most screens. */
const besideEachOther = 6;

/** A path from trail to subscriber, drawn as its links: those that hold, and the one that breaks. */
export function Chain({
  path,
  evidence,
  part,
}: {
  readonly path: Reason;
  readonly evidence: EvidenceList;
  /** Shows a condition of a link. */
  readonly part: (reason: Reason) => JSX.Element;
}): JSX.Element {
  const links = path.children ?? [];
  return (
    <figure class={`chain chain-${path.verdict} ${links.length > besideEachOther ? 'chain-long' : ''}`}>
      <figcaption class="unseen">
        <Text>{path.text}</Text>
      </figcaption>
      <ol>
        {links.map((link, index) => (
          <li key={index} class={`link link-${link.verdict}`}>
            <div class="link-box">
              <div class="link-head">
                <p class="link-name">
                  <Text>{link.field ?? link.resource?.type.replaceAll('-', ' ') ?? `link ${index + 1}`}</Text>
                </p>
                <p class="link-verdict">
                  <StateIcon state={link.verdict} /> {linkWords[link.verdict]}
                </p>
              </div>
              <div class="link-body">
                {link.resource !== undefined && (
                  <p class="link-resource">
                    <Text>{link.resource.name}</Text>
                  </p>
                )}
                <p class="link-text">
                  <Text>{linkText(link)}</Text> <Marks reason={link} evidence={evidence} />
                </p>
                <Causes reason={link} />
                {link.verdict !== 'pass' &&
                  link.children
                    ?.filter((child) => child.verdict !== 'pass')
                    .map((child, number) => <div key={number}>{part(child)}</div>)}
              </div>
            </div>
          </li>
        ))}
        <li class={`link link-end link-end-${path.verdict}`}>
          <div class="link-box">
            <p class="link-verdict">
              <StateIcon state={path.verdict} /> {endWords[path.verdict]}
            </p>
          </div>
        </li>
      </ol>
    </figure>
  );
}

/** What held, rather than that it holds: the box says that already. */
function linkText(link: Reason): string {
  if (link.verdict !== 'pass') return link.text;
  return link.children?.[0]?.text ?? (link.text.endsWith(' holds') ? '' : link.text);
}
