# The life of the package in a clean Debian: installed, configured as docs/operations.md says, serving, upgraded, removed and
# purged. Sourced by scripts/packaging.sh, which has `must`, `not` and `inside`.
# shellcheck shell=bash
# shellcheck disable=SC2154 # `package`, `work` and `NEWER` are the caller's.

live() {
  must 'it is installed' install_deb "$package"
  installed_alone
  must 'roles, configuration and tables are made' configure
  serves 'the installed version'
  confined
  minded
  composed
  upgraded
  gone
  echo '        Not exercised: TLS to PostgreSQL, an identity provider over the network, two gateways, another architecture.'
}

# As an administrator does, but for a package that is a path on this machine.
install_deb() {
  cp "$1" "$work/root/root/causeway.deb" &&
    inside env DEBIAN_FRONTEND=noninteractive apt-get install -y -o Dpkg::Options::=--force-confold /root/causeway.deb |
    tee "$work/said"
}

state() { [[ $(inside systemctl is-active causeway) == "$1" ]]; }
main_process() { inside systemctl show --property MainPID --value causeway; }
of_process() { inside grep -qE "$1" "/proc/$(main_process)/$2"; }
log_says() { inside journalctl --unit causeway --no-pager --grep "$1"; }

owned() { [[ $(inside stat --format %a:%U:%G "$2") == "$1" ]]; }
verified() { inside systemd-analyze verify causeway.service && [[ ! -s $work/output ]]; }

# Waits up to thirty seconds.
soon() {
  for _ in {1..60}; do
    "$@" >/dev/null 2>&1 && return
    sleep 0.5
  done
  "$@"
}

# ---- installed, and nothing more ------------------------------------------------------------------------------------

installed_alone() {
  must 'it says what to do' grep -q 'installed and not started' "$work/said"
  must 'it is not running' state inactive
  must 'it is not started at boot' not inside systemctl --quiet is-enabled causeway
  must 'the user has no shell' inside sh -c 'getent passwd causeway | grep -q nologin'
  must '/etc/causeway is 0750 root:causeway' owned 750:root:causeway /etc/causeway
  must 'systemd-analyze verify has nothing to say' verified
  printf '        %s\n' "$(inside systemd-analyze security --no-pager causeway 2>/dev/null | tail -n 1)"
  must 'exposure is below 1.5' inside sh -c 'systemd-analyze security --threshold=15 --no-pager causeway 2>/dev/null'

  must 'without a master key it does not start' not inside systemctl start causeway
  inside bash -c 'umask 077; head -c 48 /dev/urandom | base64 >/etc/causeway/master.key'
  inside systemctl start causeway
  must 'with the example it does not stay' soon state activating
  must 'and says what is missing' log_says 'database.url must begin with sqlite: or postgres:'
  inside systemctl stop causeway
}

# ---- docs/operations.md ---------------------------------------------------------------------------------------------

# One after the other, and none after one that fails.
configure() {
  make_roles && make_issuer && make_certificate first && write_configuration &&
    inside bash -c 'cd /etc/causeway && PGPASSFILE=/root/owner causeway migrate up' &&
    as_postgres 'GRANT causeway_gateway, causeway_statistics TO causeway_login' &&
    inside bash -c 'cd /etc/causeway && causeway mission add UA MD' &&
    inside systemctl enable --now causeway
}

as_postgres() { inside runuser --login postgres --command "psql --quiet --dbname causeway --command \"$1\""; }

make_roles() {
  inside runuser --login postgres --command 'psql --quiet --set ON_ERROR_STOP=1' <<'END' || return
CREATE ROLE causeway_owner LOGIN CREATEROLE PASSWORD 'of-the-owner';
CREATE ROLE causeway_login LOGIN PASSWORD 'of-the-login';
CREATE DATABASE causeway OWNER causeway_owner;
END
  inside bash -c 'umask 077; echo 127.0.0.1:5432:causeway:causeway_owner:of-the-owner >/root/owner'
}

# An identity provider: its key, and the set of keys that the gateway reads.
make_issuer() {
  local modulus
  openssl genrsa -out "$work/issuer.key" 2048 2>/dev/null || return
  modulus=$(openssl rsa -in "$work/issuer.key" -noout -modulus | cut -d= -f2 | basenc --base16 -d | base64url)
  printf '{"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":"1","n":"%s","e":"AQAB"}]}' "$modulus" |
    inside install -m 640 -g causeway /dev/stdin /etc/causeway/keys.json
}

make_certificate() {
  inside openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/O=$1/CN=localhost" \
    -addext subjectAltName=DNS:localhost -keyout /etc/causeway/tls.key -out /etc/causeway/tls.pem 2>/dev/null &&
    inside sh -c 'chown root:causeway /etc/causeway/tls.* && chmod 640 /etc/causeway/tls.*'
}

write_configuration() {
  inside sh -c 'cat >/etc/causeway/causeway.toml' <<'END'
# Ours.
master_key_file = "/etc/causeway/master.key"
[database]
url = "postgres://causeway_login:of-the-login@127.0.0.1/causeway"
owner_url = "postgres://causeway_owner@127.0.0.1/causeway"
[redis]
url = "redis://127.0.0.1:6379"
[http]
listen = "127.0.0.1:8443"
tls_certificate_file = "/etc/causeway/tls.pem"
tls_key_file = "/etc/causeway/tls.key"
[[identity.issuers]]
issuer = "https://login.example.org"
jwks_file = "/etc/causeway/keys.json"
missions = ["UA"]
END
}

# ---- serving --------------------------------------------------------------------------------------------------------

base64url() { basenc --base64url -w0 | tr -d =; }

# A token of a supervisor, signed by the identity provider.
token() {
  local now head claims
  now=$(date +%s)
  head=$(printf '{"alg":"RS256","kid":"1"}' | base64url)
  claims=$(printf '{"iss":"https://login.example.org","aud":"causeway","sub":"s","iat":%d,"exp":%d,"causeway_roles":["%s"]}' \
    "$now" $((now + 600)) case_supervisor@UA | base64url)
  printf '%s.%s.%s' "$head" "$claims" \
    "$(printf '%s.%s' "$head" "$claims" | openssl dgst -sha256 -sign "$work/issuer.key" | base64url)"
}

fetch() { inside curl --silent --fail --max-time 10 --cacert /etc/causeway/tls.pem "$@"; }

ready() { fetch https://localhost:8443/health/ready; }

# Sends a query as a supervisor.
ask() {
  fetch --header "authorization: Bearer $(token)" --header 'content-type: application/json' \
    --data "{\"query\": \"$1\"}" https://localhost:8443/graphql
}

REGISTER='mutation { registerCase(input: { mission: UA, individual: { gender: FEMININE } }) { case { id } } }'
COUNT='{ cases(missions: [UA], first: 5) { totalCount nodes { id } } }'

# Each time with one case more: what was there before has to be there still.
registered=0
serves() {
  local who=$1
  must "$who is ready" soon ready
  must "$who registers a case" grep -q '"id"' <<<"$(ask "$REGISTER")"
  registered=$((registered + 1))
  must "$who answers a query with a token: $registered" grep -q "\"totalCount\":${registered}[,}]" <<<"$(ask "$COUNT")"
  must "$who refuses one without" not fetch --header 'content-type: application/json' --data '{"query":"{ __typename }"}' \
    https://localhost:8443/graphql
}

confined() {
  must 'it runs as its user' of_process "^Uid:\s+$(inside id -u causeway)\s" status
  must 'it has no capability and can get none' of_process '^CapBnd:\s+0+$' status
  must 'its system calls are filtered' of_process '^Seccomp:\s+2$' status
  must 'its log lines have no colours' not log_says $'\e'
  must 'it leaves no core' of_process '^Max core file size +0 +0 ' limits
  must 'its user cannot read the master key on the disk' not inside runuser -u causeway -- cat /etc/causeway/master.key
  must 'nor the configuration' not inside runuser -u causeway -- cat /etc/causeway/causeway.toml
  # The folder that it sees, not the one of the Debian: even root can run nothing there but the program.
  must 'where it lives no shell can be run' not nsenter --target "$(host_process)" --mount -- /usr/bin/sh -c true
  must 'where it lives /etc cannot be written' not inside touch "/proc/$(main_process)/root/etc/causeway/new"
}

# The process id of the gateway as this machine counts.
host_process() { pgrep --ns "$init" --nslist pid --exact causeway; }

minded() {
  local before
  before=$(main_process)
  must 'it presents its certificate' presents first
  make_certificate second
  must 'reload takes the new certificate' renewed
  must 'and keeps the process' [ "$(main_process)" = "$before" ]
  inside kill -KILL "$before"
  must 'when it is killed it comes back' soon ready
  must 'as another process' [ "$(main_process)" != "$before" ]
  must 'it stops in order, in time' stops
  inside systemctl start causeway
  soon ready >/dev/null
}

renewed() { inside systemctl reload causeway && soon presents second; }
presents() { fetch --verbose https://localhost:8443/health/live 2>&1 | grep "subject: O=$1;"; }

stops() {
  local before=$SECONDS
  inside systemctl stop causeway && state inactive && ((SECONDS - before < 15)) &&
    [[ $(inside systemctl show --property Result --value causeway) == success ]]
}

# ---- upgraded, removed, purged --------------------------------------------------------------------------------------

has() { inside test -e "$1"; }

upgraded() {
  local before sum
  before=$(main_process)
  sum=$(inside sha256sum /etc/causeway/causeway.toml)
  must 'it is upgraded' install_deb "$work/newer.deb"
  must 'to the newer version' inside sh -c "dpkg-query -W causeway | grep -q '$NEWER'"
  must 'the configuration is what it was' [ "$(inside sha256sum /etc/causeway/causeway.toml)" = "$sum" ]
  must 'and still for root alone' owned 600:root:root /etc/causeway/causeway.toml
  must 'the new example lies beside it' has /etc/causeway/causeway.toml.dpkg-dist
  serves 'the newer version'
  must 'as a new process' [ "$(main_process)" != "$before" ]
  must 'it is still started at boot' inside systemctl --quiet is-enabled causeway
}

gone() {
  inside sh -c 'echo database >/var/lib/causeway/causeway.db'
  must 'it is removed' inside apt-get remove -y causeway
  must 'it is stopped' not inside pgrep --exact causeway
  must 'the program is gone' not has /usr/bin/causeway
  must 'the configuration stays' has /etc/causeway/causeway.toml
  must 'the master key stays' has /etc/causeway/master.key

  must 'it is installed again' install_deb "$work/newer.deb"
  must 'it takes up what it was: started at boot' inside systemctl --quiet is-enabled causeway
  inside systemctl start causeway
  serves 'what was installed again'

  must 'it is purged' purge
  must 'it says what it keeps' grep -q '/etc/causeway is kept' "$work/said"
  must 'the configuration, with its passwords, is gone' not has /etc/causeway/causeway.toml
  must 'nothing of the unit is left' not inside sh -c 'ls /etc/systemd/system/*/causeway.service'
  must 'the master key stays, for root alone' owned 600:root:root /etc/causeway/master.key
  must 'an SQLite database stays' has /var/lib/causeway/causeway.db
  must 'its user stays, as the owner of what stays' inside id causeway
  must 'the cases are in PostgreSQL still' grep -q "^ *$registered\$" \
    <<<"$(as_postgres 'SELECT count(*) FROM case_file')"
}

purge() { inside apt-get purge -y causeway | tee "$work/said"; }
