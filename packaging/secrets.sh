#!/usr/bin/env bash
# Makes the secrets of compose.yaml, once: packaging/secrets/. Run it as root, because each file belongs to the user that reads
# it: 999 in the images of PostgreSQL and Redis, 65532 in ours.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

if (($# < 2)); then
  echo 'usage: packaging/secrets.sh ISSUER MISSION...' >&2
  exit 2
fi
((EUID == 0)) || { echo 'Run it as root: each file belongs to the user that reads it.' >&2 && exit 1; }
issuer=$1
shift
missions=$(printf ', "%s"' "$@")
umask 077
# A folder that is there is left alone: to lose its master key would make every id worthless.
mkdir secrets
cd secrets

secret() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }

for role in postgres owner login backup; do secret >"$role.password"; done
redis=$(secret)
secret >master.key
printf 'database:5432:causeway:causeway_owner:%s\n' "$(<owner.password)" >owner.pgpass
cat >redis.conf <<END
requirepass $redis
dir /tmp
save ""
appendonly no
maxmemory 256mb
maxmemory-policy allkeys-lru
END
cat >causeway.toml <<END
[database]
url = "postgres://causeway_login:$(<login.password)@database/causeway"
[redis]
url = "redis://:$redis@redis:6379"
[http]
listen = "0.0.0.0:8080"
[identity]
audience = "causeway"
[[identity.issuers]]
issuer = "$issuer"
missions = [${missions#, }]
END
chown 999:999 ./*.password redis.conf
chown 65532:65532 master.key owner.pgpass causeway.toml
chmod 400 ./*
chmod 711 .
echo "Made packaging/secrets. Keep a copy of master.key elsewhere."
