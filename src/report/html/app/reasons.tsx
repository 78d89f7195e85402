import type { JSX } from 'preact';

import type { Evidence, Reason } from '../../../evaluate/finding.ts';
import { Chain } from './chain.tsx';
import { Json, StateIcon, Text, Value } from './ui.tsx';
import { reasonWords } from './words.ts';

/** Children of a reason that are shown at once. */
const shownAtOnce = 12;

/** Evidence of a finding, each once, numbered: what the marks in reasons point at. */
export class EvidenceList {
  readonly all: Evidence[] = [];
  readonly #index = new Map<string, number>();

  constructor(evidence: readonly Evidence[], reasons: Reason) {
    this.#visit(reasons);
    for (const item of evidence) this.#add(item);
  }

  #visit(reason: Reason): void {
    for (const item of reason.evidence ?? []) this.#add(item);
    for (const child of reason.children ?? []) this.#visit(child);
  }

  #add(item: Evidence): void {
    const key = keyOf(item);
    if (this.#index.has(key)) return;
    this.all.push(item);
    this.#index.set(key, this.all.length);
  }

  /** Number of an evidence, from 1. */
  numberOf(item: Evidence): number {
    return this.#index.get(keyOf(item)) ?? 0;
  }
}

function keyOf(item: Evidence): string {
  return JSON.stringify([item.part, item.line, item.call, item.account, item.region, item.path]);
}

/** Marks that lead to the evidence of a reason. */
export function Marks({
  reason,
  evidence,
}: {
  readonly reason: Reason;
  readonly evidence: EvidenceList;
}): JSX.Element | null {
  if (reason.evidence === undefined || reason.evidence.length === 0) return null;
  return (
    <span class="marks">
      {[...new Set(reason.evidence.map((item) => evidence.numberOf(item)))].map((number) => (
        <button
          key={number}
          type="button"
          class="mark"
          aria-label={`Evidence ${number}`}
          onClick={() => {
            const target = document.getElementById(`evidence-${number}`);
            target?.scrollIntoView({ block: 'center' });
            target?.focus({ preventScroll: true });
          }}
        >
          {number}
        </button>
      ))}
    </span>
  );
}

/** What a field held and what was wanted. */
function Comparison({ reason }: { readonly reason: Reason }): JSX.Element | null {
  if (reason.kind !== 'field' || reason.field === undefined) return null;
  return (
    <span class="comparison">
      <code>
        <Text>{reason.field}</Text>
      </code>{' '}
      {reason.verdict === 'unknown' ? (
        'is not known'
      ) : (
        <>
          found <Value value={reason.found} />
        </>
      )}
      {reason.wanted !== undefined && (
        <>
          , wanted{' '}
          <span class="wanted">
            <Text>{reason.wanted}</Text>
          </span>
        </>
      )}
    </span>
  );
}

export function Causes({ reason }: { readonly reason: Reason }): JSX.Element | null {
  if (reason.causes === undefined || reason.causes.length === 0) return null;
  return (
    <ul class="causes">
      {reason.causes.map((cause, index) => (
        <li key={index}>
          <span class="mono">
            <Text>{cause.call}</Text>
          </span>{' '}
          in account <Text>{cause.account}</Text>, <Text>{cause.region}</Text>:{' '}
          <strong>
            <Text>{cause.code}</Text>
          </strong>{' '}
          <Text>{cause.message}</Text>
        </li>
      ))}
    </ul>
  );
}

/** Why a check came out as it did: the tree of its parts, the nearest miss first. */
export function ReasonTree({
  reason,
  evidence,
  depth = 0,
}: {
  readonly reason: Reason;
  readonly evidence: EvidenceList;
  readonly depth?: number;
}): JSX.Element {
  const children = reason.children ?? [];
  const line = (
    <>
      <StateIcon state={reason.verdict} />
      <span class="unseen">{reasonWords[reason.verdict]}: </span>
      <span class="reason-text">
        <Text>{reason.text}</Text>
        {reason.resource !== undefined && !reason.text.includes(reason.resource.name) && (
          <>
            {' '}
            (<Text>{reason.resource.name}</Text>)
          </>
        )}
      </span>{' '}
      <Marks reason={reason} evidence={evidence} />
    </>
  );
  const together = reason.kind === 'together';
  const inside = (
    <>
      <Comparison reason={reason} />
      <Causes reason={reason} />
      {together ? (
        <Paths reason={reason} evidence={evidence} />
      ) : (
        children.length > 0 && <Children reason={reason} evidence={evidence} depth={depth} />
      )}
      {reason.omitted !== undefined && reason.omitted > 0 && (
        <p class="quiet">{reason.omitted} more like these are not listed.</p>
      )}
      {reason.witness !== undefined && (
        <div class="witness">
          <p>
            <strong>An event that nobody would be told of:</strong>
          </p>
          <Json value={reason.witness} label="Witness event" />
        </div>
      )}
    </>
  );
  if (children.length === 0 || together)
    return (
      <div class="reason">
        <p class="reason-line">{line}</p>
        {inside}
      </div>
    );
  // What holds is folded away where something else does not.
  return (
    <details class="reason" open={reason.verdict !== 'pass' || depth < 2}>
      <summary class="reason-line">{line}</summary>
      {inside}
    </details>
  );
}

function Children({
  reason,
  evidence,
  depth,
}: {
  readonly reason: Reason;
  readonly evidence: EvidenceList;
  readonly depth: number;
}): JSX.Element {
  const children = reason.children ?? [];
  const item = (child: Reason, index: number): JSX.Element => (
    <li key={index}>
      <ReasonTree reason={child} evidence={evidence} depth={depth + 1} />
    </li>
  );
  return (
    <>
      <ul class="reasons">{children.slice(0, shownAtOnce).map(item)}</ul>
      {children.length > shownAtOnce && (
        <details>
          <summary>{children.length - shownAtOnce} more</summary>
          <ul class="reasons">{children.slice(shownAtOnce).map(item)}</ul>
        </details>
      )}
    </>
  );
}

/** The paths of a `together`: the one that got farthest as a picture, the others folded. */
function Paths({
  reason,
  evidence,
}: {
  readonly reason: Reason;
  readonly evidence: EvidenceList;
}): JSX.Element | null {
  const [first, ...others] = reason.children ?? [];
  if (first === undefined) return null;
  return (
    <>
      <Chain path={first} evidence={evidence} />
      {others.length > 0 && (
        <details>
          <summary>
            {others.length === 1 ? 'One other way was tried' : `${others.length} other ways were tried`}
          </summary>
          {others.map((path, index) => (
            <Chain key={index} path={path} evidence={evidence} />
          ))}
        </details>
      )}
    </>
  );
}
