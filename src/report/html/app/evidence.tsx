import type { JSX } from 'preact';

import type { Evidence, Reason } from '../../../evaluate/finding.ts';
import { Text } from './ui.tsx';

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

/** Why something is not known: the answers that are missing. */
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
