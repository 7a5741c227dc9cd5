#!/usr/bin/env bash
# Builds the Debian package and tries it: a clean Debian is made in a folder and booted with a systemd of its own, the package
# is installed there as docs/operations.md says, serves, is upgraded, removed and purged. One line for each thing that has to
# be so; the exit status is 0 only if all are.
#
# It installs what it needs with apt, and cargo-deb into target/tools; nothing else of this machine changes.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

usage() {
  cat <<'END'
usage: scripts/packaging.sh           build the package, and try it
       scripts/packaging.sh --build   build it alone: target/debian/causeway_*.deb
       scripts/packaging.sh --try     try the one that is there
END
}

CARGO_DEB=3.8.0
DEBIAN=bookworm
# What the clean Debian has besides the least: systemd, what the package depends on, what it is used with, and what tries it.
INSTALLED=systemd-sysv,dbus,procps,ca-certificates,postgresql,redis-server,curl,openssl

NEWER=99.0.0-1

target=${CARGO_TARGET_DIR:-target}
packages=$target/debian
passed=0
failed=0

# Says whether something is so: a sentence, and the command that has to succeed, which may set variables.
must() {
  local sentence=$1
  shift
  if "$@" >"$work/output" 2>&1; then
    echo "ok      $sentence"
    passed=$((passed + 1))
  else
    echo "FAILED  $sentence"
    sed 's/^/        /' "$work/output"
    failed=$((failed + 1))
  fi
}

# The other way round: what has to fail.
not() { ! "$@"; }

# ---- the package ----------------------------------------------------------------------------------------------------

install_tools() {
  local missing=()
  command -v mmdebstrap >/dev/null || missing+=(mmdebstrap)
  command -v systemd-nspawn >/dev/null || missing+=(systemd-container)
  command -v lintian >/dev/null || missing+=(lintian)
  ((${#missing[@]} == 0)) && return
  apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
}

install_cargo_deb() {
  [[ $("$target/tools/bin/cargo-deb" --version 2>/dev/null) == "cargo-deb $CARGO_DEB" ]] && return
  cargo install --locked --version "$CARGO_DEB" --root "$target/tools" cargo-deb
}

# Two packages: the program without symbols, and the symbols, which whoever reads a backtrace installs beside it.
build() {
  mkdir -p "$target/release" && rm -f "$packages"/causeway*deb || return
  packaging/licences.sh | gzip -9n >"$target/release/licences.txt.gz" || return
  cargo build --release --locked --package causeway && describe || return
  PATH=$(realpath "$target")/tools/bin:$PATH cargo deb --package causeway --locked --output "$packages/"
}

# What the program says of itself: a manual page for each command, and completions for shells.
describe() {
  local program=$target/release/causeway completions=$target/release/completions
  rm -rf "$target/release/man" "$completions" && mkdir "$completions" &&
    "$program" generate manual "$target/release/man" &&
    "$program" generate completions bash >"$completions/causeway" &&
    "$program" generate completions zsh >"$completions/_causeway" &&
    "$program" generate completions fish >"$completions/causeway.fish"
}

# A newer version of the same: another number, and an example of a configuration that says something else.
make_newer() {
  local newer=$work/newer
  dpkg-deb --raw-extract "$package" "$newer" &&
    sed -i "s/^Version: .*/Version: $NEWER/" "$newer/DEBIAN/control" &&
    echo '# A line of the newer example.' >>"$newer/etc/causeway/causeway.toml" &&
    dpkg-deb --build --root-owner-group -Zgzip -z1 "$newer" "$work/newer.deb"
}

inspect() {
  local contents
  contents=$(dpkg-deb --contents "$package")
  printf '        %s: %s bytes; with symbols beside it %s bytes\n' "${package##*/}" \
    "$(stat -c %s "$package")" "$(stat -c %s "$packages"/causeway-dbgsym_*)"
  must 'lintian finds nothing but what is explained' lintian --fail-on error,warning --allow-root "$package"
  must 'the changelog begins with the version' grep -q "^causeway ($(dpkg-deb --field "$package" Version))" \
    packaging/debian/changelog
  must 'the program is there, and everybody may run it' grep -q '^-rwxr-xr-x 0/0 .* ./usr/bin/causeway$' <<<"$contents"
  must 'each command has its manual page' grep -q ' ./usr/share/man/man1/causeway-mission-resume.1.gz$' <<<"$contents"
  must 'bash, zsh and fish can complete' test "$(grep -cE ' \./usr/share/(bash-completion/completions/causeway|zsh/vendor-completions/_causeway|fish/vendor_completions.d/causeway.fish)$' <<<"$contents")" = 3
  must 'the configuration is for root alone' grep -q '^-rw------- 0/0 .* ./etc/causeway/causeway.toml$' <<<"$contents"
  must 'all of it is owned by root' not grep -qv ' 0/0 ' <<<"$contents"
  must 'nobody but root can change any of it, and nothing has a set-user-id' \
    not grep -qE '^.(.....w|........w|..[sS]|.....[sS])' <<<"$contents"
  must 'nothing lies elsewhere' \
    not grep -qvE ' \./(usr/(|bin/.*|share/(|(doc|lintian|causeway|man|bash-completion|zsh|fish)/.*)|lib/(|sys.*))|etc/(|causeway/.*)|)$' <<<"$contents"
}

# ---- a clean Debian -------------------------------------------------------------------------------------------------

nspawn='' init=''

cleanup() {
  trap '' INT TERM HUP
  halt
  rm -rf "$work"
}

# Ends the first process of the Debian, with which all of its others go, at once: nothing in it need outlive the run.
halt() {
  [[ -n $nspawn ]] || return
  pkill -KILL --parent "$nspawn"
  wait "$nspawn" 2>/dev/null
  nspawn=''
  # Control groups, which are empty now. A systemd that keeps book has taken them away itself.
  [[ -d /run/systemd/system ]] ||
    find /sys/fs/cgroup -depth -type d \( -path '*/payload*' -o -path '*/supervisor*' \) -exec rmdir {} + 2>/dev/null
}

# Fetched once a week: the same packages every time until then.
make_debian() {
  local archive
  archive=$target/debian/$DEBIAN-$(cksum <<<"$INSTALLED" | cut -d' ' -f1).tar
  if [[ -z $(find "$archive" -mtime -7 2>/dev/null) ]]; then
    mmdebstrap --quiet --format=tar --variant=minbase --include="$INSTALLED" "$DEBIAN" "$archive.new" &&
      mv "$archive.new" "$archive" || return
  fi
  mkdir "$work/root" && tar -C "$work/root" -xf "$archive"
}

# It has a network of its own with nothing but itself in it.
boot() {
  local options=()
  # No systemd runs this machine, to keep book of it.
  [[ -d /run/systemd/system ]] || options=(--register=no --keep-unit)
  # A process group of its own, so that it does not get our Ctrl-C, but our end.
  set -m
  systemd-nspawn --quiet --directory "$work/root" --boot --hostname causeway-test --private-network "${options[@]}" \
    --kill-signal=SIGRTMIN+3 --console=pipe >"$work/boot.log" 2>&1 </dev/null &
  nspawn=$!
  set +m
  for _ in {1..600}; do
    kill -0 "$nspawn" 2>/dev/null || break
    init=$(pgrep --parent "$nspawn") && [[ $(inside systemctl is-system-running 2>&1) == running ]] && return
    sleep 0.1
  done
  cat "$work/boot.log"
  init=''
  return 1
}

# Runs a command in the Debian that was booted.
inside() { nsenter --target "$init" --all -- "$@"; }

# ---- the run --------------------------------------------------------------------------------------------------------

try() {
  package=$(realpath "$packages"/causeway_*.deb) && [[ -f $package ]] || return
  inspect
  must 'a newer version can be made' make_newer
  must "a clean Debian ($DEBIAN) is made" make_debian
  must 'it boots' boot
  [[ -n $init ]] || return
  # shellcheck source=scripts/package_life.sh
  . scripts/package_life.sh
  # shellcheck source=scripts/package_compose.sh
  . scripts/package_compose.sh
  live
  echo "packaging: $passed passed, $failed failed"
  ((failed == 0))
}

case ${1-} in
  -h | --help) usage && exit ;;
  '' | --build | --try) ;;
  *) usage >&2 && exit 2 ;;
esac
work=$(mktemp -d /var/tmp/causeway-packaging.XXXXXX) || exit 1
trap cleanup EXIT
trap 'exit 130' INT TERM HUP

if [[ ${1-} != --try ]]; then
  install_cargo_deb && build || exit 1
fi
if [[ ${1-} != --build ]]; then
  echo 'What is missing of mmdebstrap, systemd-container and lintian is installed with apt. Nothing else of this machine changes.'
  ((EUID == 0)) || { echo 'Trying the package needs root: it makes and boots a Debian.' >&2 && exit 1; }
  install_tools && try || exit 1
fi
