import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

import { Lines } from './ui.tsx';

/** A fix in one of the forms people work with: prose, or commands and templates to copy. */
interface FixForm {
  /** Empty for prose. */
  readonly title: string;
  readonly text: string;
}

const titles = ['AWS CLI', 'Terraform', 'CloudFormation'];

/** Cuts a fix at the lines that name a form. */
function fixForms(fix: string): readonly FixForm[] {
  const forms: { title: string; lines: string[] }[] = [{ title: '', lines: [] }];
  for (const line of fix.split('\n')) {
    const title = titles.find((known) => line === `${known}:`);
    if (title === undefined) forms.at(-1)?.lines.push(line);
    else forms.push({ title, lines: [] });
  }
  return forms
    .map(({ title, lines }) => ({ title, text: lines.join('\n').trim() }))
    .filter(({ text }) => text !== '');
}

/** What to do: prose as prose, commands and templates as blocks that can be copied. */
export function Fix({ fix }: { readonly fix: string }): JSX.Element {
  return (
    <>
      {fixForms(fix).map(({ title, text }) =>
        title === '' ? (
          <div key={title} class="prose">
            <Lines>{text}</Lines>
          </div>
        ) : (
          <details key={title} class="fix-form" open={title === 'AWS CLI'}>
            <summary>{title}</summary>
            <CopyBlock title={title} text={text} />
          </details>
        ),
      )}
    </>
  );
}

function CopyBlock({ title, text }: { readonly title: string; readonly text: string }): JSX.Element {
  const [copied, setCopied] = useState(false);
  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  }
  return (
    <div class="copy-block">
      <pre class="code" tabIndex={0} role="region" aria-label={title}>
        <Lines>{text}</Lines>
      </pre>
      {/* Names in a command come from the account: a reader should see what is copied, so the block stands above. */}
      <button type="button" class="button small" onClick={() => void copy().catch(() => setCopied(false))}>
        Copy
      </button>{' '}
      <span role="status" class="quiet">
        {copied && 'Copied.'}
      </span>
    </div>
  );
}
