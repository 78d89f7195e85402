/** A simple command of a shell text. */
export interface ShellCommand {
  /** Its line in the text, from 1. */
  readonly line: number;
  /** The program and its arguments, without quotes, assignments before it and redirections. */
  readonly words: readonly string[];
}

// In order: line continuation, comment, here-document, redirection, operator, line end, blanks, a word.
const token =
  /(\\\n)|((?<=^|\s)#[^\n]*)|<<-?\s*'?(\w+)'?[^\n]*\n[^]*?\n\s*\3(?=\n|$)|(\d?(?:>>?|<)&?\d?)|(\|\||&&|[|;&()])|(\n)|([ \t]+)|((?:'[^']*'|"(?:\\.|[^"\\])*"|\$\((?:[^()]|\([^()]*\))*\)|\\.|[^\s'"\\|;&()<>])+)/gm;

/** The simple commands of a shell text, as far as a page needs them: quotes, pipes, lists, redirections and here-documents. */
export function commandsOf(text: string): ShellCommand[] {
  const commands: ShellCommand[] = [];
  let words: string[] = [];
  let line = 1;
  let redirected = false;
  const end = (): void => {
    const first = words.findIndex((word) => !/^\w+=/.test(word));
    const command = first === -1 ? [] : words.slice(first);
    if (command.length > 0) commands.push({ line, words: command });
    words = [];
    redirected = false;
  };
  for (const match of text.matchAll(token)) {
    const [, , , , redirection, operator, newline, , word] = match;
    if (redirection !== undefined) redirected = true;
    else if (operator !== undefined || newline !== undefined) end();
    else if (word !== undefined) {
      if (words.length === 0) line = text.slice(0, match.index).split('\n').length;
      if (redirected) redirected = false;
      else words.push(withoutQuotes(word));
    }
  }
  end();
  return commands;
}

function withoutQuotes(word: string): string {
  return word.replaceAll(
    /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/g,
    (_, single?: string, double?: string, escaped?: string) =>
      single ?? double?.replaceAll(/\\(["\\$`])/g, '$1') ?? escaped ?? '',
  );
}
