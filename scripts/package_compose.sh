# What packaging/compose.yaml is made of, without containers: its secrets, its roles, and its commands with the variables,
# the user and the hosts that it gives them. Sourced by scripts/packaging.sh, once the package is installed.
# shellcheck shell=bash
# shellcheck disable=SC2154 # `work` is the caller's.

# PostgreSQL and Redis of its own, at the names that the services know.
composed() {
  must 'compose: without an issuer no secrets are made' not packaging/secrets.sh
  must 'compose: secrets are made' make_secrets
  must 'compose: and not a second time' not inside /root/packaging/secrets.sh https://login.example.org/realms/ua UA
  must 'compose: PostgreSQL takes the roles' start_database
  must 'compose: Redis takes its configuration' start_redis
  must 'compose: the steps run' service migrate migrate up
  must 'compose: a mission is added' service gateway mission add UA
  must 'compose: the gateway starts' start_gateway
  must 'compose: and is ready, but for the keys of an issuer that is not here' soon ready_but_keys
  must 'compose: it reaches Redis' reaches_redis
  inside systemctl stop compose-gateway compose-database compose-redis
}

# What compose mounts; the numbers of the users in the images are others here.
make_secrets() {
  inside useradd --uid 65532 --user-group --no-create-home nonroot &&
    tar -c packaging/secrets.sh | inside tar -x -C /root --no-same-owner &&
    inside bash -c '/root/packaging/secrets.sh https://login.example.org/realms/ua UA && cp -a /root/packaging/secrets /run &&
      chown postgres: /run/secrets/*.password && chown redis: /run/secrets/redis.conf &&
      echo 127.0.0.2 database >>/etc/hosts && echo 127.0.0.3 redis >>/etc/hosts'
}

start_database() {
  inside systemd-run --quiet --unit compose-database --uid postgres --property RuntimeDirectory=compose \
    --setenv PGDATA=/run/compose/data \
    bash -c 'cd /usr/lib/postgresql/*/bin && ./initdb --auth-host=scram-sha-256 >/dev/null &&
      exec ./postgres -c listen_addresses=127.0.0.2 -c unix_socket_directories=/run/compose' &&
    soon inside runuser -u postgres -- psql --host /run/compose --command 'SELECT 1' &&
    inside runuser -u postgres -- psql --host /run/compose --no-psqlrc <packaging/roles.sql
}

start_redis() {
  inside systemd-run --quiet --unit compose-redis --uid redis redis-server /run/secrets/redis.conf --bind 127.0.0.3
}

# Somebody is connected who is not the one that asks.
# shellcheck disable=SC2016 # It is for the shell inside.
reaches_redis() {
  inside bash -c 'REDISCLI_AUTH=$(sed -n "s/^requirepass //p" /run/secrets/redis.conf) redis-cli -h 127.0.0.3 client list |
    grep -v cmd=client'
}

# The variables of a service: what has capitals for a key.
variables() { sed -n "/^  $1:/,/^\$/s/^      \([A-Z_]*\): \(.*\)/--setenv=\1=\2/p" packaging/compose.yaml; }

# As the user of the image, and with nothing that can be written.
as_service() {
  local name=$1 variables
  shift
  mapfile -t variables < <(variables "$name")
  inside systemd-run --quiet --uid 65532 --property ProtectSystem=strict --property ProtectHome=yes \
    --property InaccessiblePaths=/var --property CapabilityBoundingSet= "${variables[@]}" "$@"
}

service() {
  local name=$1
  shift
  as_service "$name" --wait --pipe /usr/bin/causeway "$@"
}

ready_but_keys() {
  local said='[{"name":"database","ok":true},{"name":"migrations","ok":true},{"name":"policy","ok":true},{"name":"keys","ok":false},{"name":"writes","ok":true}]'
  [[ $(inside curl --silent http://127.0.0.1:8080/health/ready) == "$said" ]]
}

start_gateway() { as_service gateway --unit compose-gateway /usr/bin/causeway serve; }
