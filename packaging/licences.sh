#!/usr/bin/env bash
# Prints the licences of all libraries that the program contains, as they ask for: name, version, and the texts that came
# with each.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
shopt -s nullglob nocaseglob

cargo fetch --locked --quiet || exit 1
sources=("${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/)

# A line is `name v1.2.3|licence`, with `(*)` where it was listed before. Our own have a path after the version.
cargo tree --package causeway --locked --edges normal,no-proc-macro --prefix none --format '{p}|{l}' |
  sed 's/ (\*)$//' | grep -v '(/' | sort -u | while IFS='|' read -r library licence; do
  printf '==== %s: %s\n\n' "$library" "$licence"
  name=${library%% *} version=${library#* v}
  for folder in "${sources[@]}"; do
    for text in "$folder$name-${version%% *}"/{licen[cs]e,copying,notice}*; do
      [[ -f $text ]] && cat "$text" && echo
    done
  done
done
