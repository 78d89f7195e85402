/**
 * What a shell reads to complete our command lines: it asks `trailwarden completion suggest -- WORDS...`, whose last line says
 * what kind of paths the shell completes itself. What was typed is handed over as it stands and never evaluated.
 */
export const completionScripts = {
  // Works with bash 3.2, which macOS has. Readline takes `=` and `:` for ends of words; they are joined again.
  bash: `# bash completion for trailwarden
_trailwarden() {
  local IFS=$'\\n' at last=0 current words line paths=none
  words=()
  for ((at = 1; at <= COMP_CWORD; at++)); do
    if ((at > 1)) && [[ \${COMP_WORDS[at]} == [=:]* || \${COMP_WORDS[at - 1]} == *[=:] ]]; then
      words[last]+=\${COMP_WORDS[at]}
    else
      last=\${#words[@]}
      words[last]=\${COMP_WORDS[at]}
    fi
  done
  current=\${words[last]}
  COMPREPLY=()
  while read -r line; do
    case $line in
      :*) paths=\${line#:} ;;
      *)
        line=\${line%%$'\\t'*}
        # Only what stands behind the last end of a word is replaced.
        [[ $current == *[=:]* ]] && line=\${line#"\${current%"\${current##*[=:]}"}"}
        COMPREPLY+=("$line")
        ;;
    esac
  done < <("$1" completion suggest -- "\${words[@]}" 2>/dev/null)
  if [[ \${#COMPREPLY[@]} -eq 0 ]]; then
    case $paths in
      folders) type compopt >/dev/null 2>&1 && compopt -o dirnames +o default ;;
      none) type compopt >/dev/null 2>&1 && compopt +o default ;;
    esac
  fi
}
complete -o default -F _trailwarden trailwarden
`,
  zsh: `#compdef trailwarden
_trailwarden() {
  local line paths=none
  local -a described
  for line in "\${(@f)$("\${words[1]}" completion suggest -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $line in
      :*) paths=\${line#:} ;;
      *$'\\t'?*) described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
      ?*) described+=("\${\${line%%$'\\t'*}//:/\\\\:}") ;;
    esac
  done
  if ((\${#described})); then
    _describe -V trailwarden described
    return
  fi
  [[ $PREFIX == *=* ]] && compset -P '*='
  case $paths in
    files) _files ;;
    folders) _files -/ ;;
  esac
}
# As a file in fpath it is run to complete; else it is made known.
if [[ \${funcstack[1]} == _trailwarden ]]; then _trailwarden "$@"; else compdef _trailwarden trailwarden; fi
`,
  fish: `# fish completion for trailwarden
function __trailwarden_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l lines ($words[1] completion suggest -- $words[2..-1] "$current" 2>/dev/null)
    if test (count $lines) -gt 1
        printf '%s\\n' $lines[1..-2]
        return
    end
    set -l before (string match -r '^.*=' -- $current; or echo)
    set -l path (string replace -r '^.*=' '' -- $current)
    switch "$lines[-1]"
        case :files
            printf '%s\\n' $before(__fish_complete_path "$path")
        case :folders
            printf '%s\\n' $before(__fish_complete_directories "$path" '')
    end
end
complete -c trailwarden -e
complete -c trailwarden -f -a '(__trailwarden_complete)'
`,
} as const;
