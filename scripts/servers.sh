# The servers that ./check and ./bench start for themselves, and their end. Sourced, not run: it makes a folder for
# everything that is started, traps the ends of the script, and offers start_servers.
# shellcheck shell=bash

# Before it is sourced, `postgres_settings` says which settings PostgreSQL has, and `needed` which programs besides the
# servers have to be there; each is its own package on Debian.

# ---- what is started here, and its end ------------------------------------------------------------------------------

work=$(mktemp -d /tmp/causeway.XXXXXX) || exit 1 # A short path: a socket's may have 107 bytes.
servers=()                                       # Process ids of the servers.
job=                                             # Process id of the running step.
chmod 711 "$work" && mkdir -m 711 "$work/temp" || exit 1
set -m                                           # Each background job is a process group, so it ends as a whole.

cleanup() {
  trap '' INT TERM HUP
  local file pid
  for pid in $job "${servers[@]}"; do end "$pid"; done
  # Servers of tests that were killed. Only a process that works inside our folder is one of them.
  while IFS= read -r file; do
    read -r pid <"$file"
    [[ $pid =~ ^[0-9]+$ && $(readlink "/proc/$pid/cwd") == "$work"/* ]] && kill -KILL "$pid"
  done < <(find "$work" \( -name postmaster.pid -o -name redis.pid \) 2>/dev/null)
  rm -rf "$work"
}

# Ends the process group $1: asks, waits up to ten seconds, then insists.
end() {
  kill -INT -- "-$1" 2>/dev/null || return 0
  for _ in {1..100}; do
    kill -0 -- "-$1" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -KILL -- "-$1" 2>/dev/null
}

trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# ---- servers --------------------------------------------------------------------------------------------------------

# PostgreSQL's programs stand in a folder of their own on Debian, one a version: the newest.
find_postgres() {
  local newest
  newest=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)
  [[ -x $newest ]] || newest=$(command -v initdb) || return
  dirname "$newest"
}

install_servers() {
  local missing=() program
  find_postgres >/dev/null || missing+=(postgresql)
  command -v redis-server >/dev/null && command -v redis-cli >/dev/null || missing+=(redis-server)
  for program in "${needed[@]}"; do command -v "$program" >/dev/null || missing+=("$program"); done
  ((${#missing[@]} == 0)) && return
  if ((EUID != 0)) || ! command -v apt-get >/dev/null; then
    echo "Missing: ${missing[*]}. Install these packages (Debian: apt-get install ${missing[*]})." >&2
    return 1
  fi
  apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
}

# PostgreSQL refuses to run as root. `setpriv` replaces itself, so the process id stays the server's.
as_postgres() {
  if ((EUID == 0)); then
    exec setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"
  fi
  exec "$@"
}

# Waits up to 30 seconds until server $1 is ready, which the remaining arguments tell. A server that is not, ends.
await() {
  local pid=$1
  shift
  servers+=("$pid")
  for _ in {1..300}; do
    kill -0 "$pid" 2>/dev/null || break
    "$@" >/dev/null 2>&1 && return
    sleep 0.1
  done
  end "$pid"
  unset 'servers[-1]'
  return 1
}

# A port below those that outgoing connections take. If somebody has it, the server ends at once, and we try the next.
some_port() { echo $((20000 + RANDOM % 12000)); }

password() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

# The settings of PostgreSQL are the caller's: how durable, how large.
start_postgres() {
  local bin data=$work/postgres/data secret port setting settings=()
  for setting in "${postgres_settings[@]}"; do settings+=(-c "$setting"); done
  bin=$(find_postgres)
  secret=$(password)
  mkdir -m 711 "$work/postgres" && (umask 077 && printf %s "$secret" >"$work/postgres/password") || return 1
  if ((EUID == 0)); then
    id postgres >/dev/null 2>&1 || useradd --system --home-dir /nonexistent --shell /usr/sbin/nologin postgres || return 1
    chown -R postgres: "$work/postgres" || return 1
  fi
  (cd "$work/postgres" && as_postgres "$bin/initdb" --username=postgres --auth=scram-sha-256 --pwfile=password \
    --encoding=UTF8 --locale=C.UTF-8 --no-sync --pgdata="$data") >"$work/postgres.log" 2>&1 || return 1
  for _ in {1..5}; do
    port=$(some_port)
    (cd "$work/postgres" && as_postgres "$bin/postgres" -D "$data" -p "$port" -c listen_addresses=127.0.0.1 \
      -c unix_socket_directories="$work/postgres" -c max_connections=400 "${settings[@]}") \
      >"$work/postgres.log" 2>&1 </dev/null &
    if await $! "$bin/pg_isready" -q -h "$work/postgres" -p "$port"; then
      postgres_url="postgres://postgres:$secret@127.0.0.1:$port/postgres"
      return
    fi
  done
  return 1
}

start_redis() {
  local secret port
  secret=$(password)
  mkdir "$work/redis" || return 1
  for _ in {1..5}; do
    port=$(some_port)
    (umask 077 && printf '%s\n' "dir $work/redis" 'bind 127.0.0.1' "port $port" "requirepass $secret" 'save ""' \
      'appendonly no' >"$work/redis/redis.conf") || return 1
    redis-server "$work/redis/redis.conf" >"$work/redis.log" 2>&1 </dev/null &
    # The password tells our server from another one on the same port.
    if REDISCLI_AUTH=$secret await $! answers_pong "$port"; then
      redis_url="redis://:$secret@127.0.0.1:$port"
      return
    fi
  done
  return 1
}

# With a limit: whoever has the port may never answer.
answers_pong() { [[ $(timeout 2 redis-cli -p "$1" ping) == PONG ]]; }

start_servers() {
  install_servers || return
  start_postgres && start_redis && return
  cat "$work"/*.log >&2
  return 1
}

